using System.Buffers;

namespace Posthouse.Sandbox.Logins;

enum LoginStep
{
    Challenge,
    Accepted,
    Refused,
    Malformed,
}

/// <summary>The server's side of one AUTH or AUTHENTICATE, up to its verdict.</summary>
abstract class LoginExchange : IDisposable
{
    /// <summary>Takes one decoded response; the first call is made with <paramref name="hasResponse"/> false where no initial response was given.</summary>
    public abstract LoginStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge);

    public virtual void Dispose()
    {
    }

    /// <summary>An exchange for a mechanism that the server offers, or null.</summary>
    public static LoginExchange? Create(string mechanism, SandboxOptions options)
    {
        if (!options.Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase))
            return null;
        return mechanism.ToUpperInvariant() switch
        {
            "CRAM-MD5" => new CramMd5Login(options.Accounts, options.HostName),
            "SCRAM-SHA-256" => new ScramSha256Login(options.Accounts),
            "OAUTHBEARER" or "XOAUTH2" => new TokenLogin(mechanism.ToUpperInvariant(), options.Accounts),
            var other => SecretLogin.Create(other, options.Accounts),
        };
    }
}
