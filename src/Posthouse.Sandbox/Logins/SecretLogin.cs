using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Sandbox.Logins;

/// <summary>PLAIN and LOGIN: Wire's step machines, and the secret compared here.</summary>
sealed class SecretLogin : LoginExchange
{
    readonly SaslServer _server;
    readonly SandboxAccounts _accounts;

    SecretLogin(SaslServer server, SandboxAccounts accounts)
    {
        _server = server;
        _accounts = accounts;
    }

    public static SecretLogin? Create(string mechanism, SandboxAccounts accounts) =>
        SaslServer.Create(Encoding.ASCII.GetBytes(mechanism)) is { } server ? new SecretLogin(server, accounts) : null;

    public override LoginStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge)
    {
        switch (_server.Step(response, hasResponse, challenge))
        {
            case SaslStep.Challenge:
                return LoginStep.Challenge;
            case SaslStep.Malformed:
                return LoginStep.Malformed;
            case SaslStep.Complete:
                using (var credentials = _server.TakeCredentials())
                    return IsKnown(_accounts, credentials.UserName, credentials.Secret) ? LoginStep.Accepted : LoginStep.Refused;
            default:
                return LoginStep.Refused;
        }
    }

    public static bool IsKnown(SandboxAccounts accounts, string userName, ReadOnlySpan<byte> secret) =>
        accounts.Find(userName)?.Secret is { } known && CryptographicOperations.FixedTimeEquals(known, secret);

    public override void Dispose()
    {
        _server.Dispose();
        base.Dispose();
    }
}
