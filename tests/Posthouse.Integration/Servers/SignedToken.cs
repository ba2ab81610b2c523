using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Integration.Servers;

/// <summary>An issuer of JWTs (RFC 7519), signed with one key by HMAC-SHA-256 (RFC 7515).</summary>
sealed class SignedToken
{
    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>A token for a user, good from a minute ago to its end. <paramref name="padding"/> makes it longer.</summary>
    public string For(string user, DateTimeOffset end, int padding = 0)
    {
        var begin = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds();
        var head = Encode(Encoding.ASCII.GetBytes("""{"alg":"HS256","typ":"JWT"}"""));
        var claims = Encode(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $$"""{"sub":"{{user}}","iat":{{begin}},"nbf":{{begin}},"exp":{{end.ToUnixTimeSeconds()}},"scope":"mail","note":"{{new string('x', padding)}}"}""")));
        return $"{head}.{claims}.{Encode(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes($"{head}.{claims}")))}";
    }

    static string Encode(byte[] octets) => Base64Url.EncodeToString(octets);
}
