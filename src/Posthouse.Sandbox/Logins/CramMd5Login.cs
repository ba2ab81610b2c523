using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Sandbox.Logins;

/// <summary>CRAM-MD5 (RFC 2195): a challenge never used before, and <c>user SP hex(HMAC-MD5(secret, challenge))</c> for it.</summary>
sealed class CramMd5Login(SandboxAccounts accounts, string hostName) : LoginExchange
{
    readonly byte[] _challenge = Encoding.ASCII.GetBytes($"<{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{hostName}>");
    bool _asked;

    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined over MD5.")]
    public override LoginStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge)
    {
        if (!_asked)
        {
            _asked = true;
            challenge.Write(_challenge);
            // The server speaks first, so an initial response is out of place.
            return hasResponse ? LoginStep.Malformed : LoginStep.Challenge;
        }
        // The name may hold blanks; the digest does not.
        var blank = response.LastIndexOf((byte)' ');
        if (blank <= 0)
            return LoginStep.Malformed;
        if (accounts.Find(Encoding.UTF8.GetString(response[..blank]))?.Secret is not { } secret)
            return LoginStep.Refused;
        var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACMD5.HashData(secret, _challenge)));
        return CryptographicOperations.FixedTimeEquals(expected, response[(blank + 1)..]) ? LoginStep.Accepted : LoginStep.Refused;
    }
}
