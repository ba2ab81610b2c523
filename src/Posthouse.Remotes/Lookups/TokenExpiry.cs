using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>
/// When a bearer token ends, where it is a JWT in three parts and says so (<c>exp</c>, RFC 7519 section 4.1.4). Its signature is for the
/// host to verify, which has just said yes to it; here nobody could. So what is read may shorten the life of a kept answer and nothing
/// else: a forged <c>exp</c> gains nobody anything. An opaque token says nothing; its answer is asked again as any login's is.
/// </summary>
static class TokenExpiry
{
    // Three quarters of the longest token.
    const int MaxClaims = 6144;

    /// <summary>Null: it is no token, or none that tells.</summary>
    public static DateTimeOffset? Of(Credentials credentials)
    {
        if (credentials.Kind != CredentialKind.BearerToken)
            return null;
        var token = credentials.Secret;
        var first = token.IndexOf((byte)'.');
        var last = token.LastIndexOf((byte)'.');
        if (first <= 0 || last <= first || token[(first + 1)..last].Contains((byte)'.'))
            return null;
        Span<byte> claims = stackalloc byte[MaxClaims];
        try
        {
            return Base64Url.DecodeFromUtf8(token[(first + 1)..last], claims, out _, out var length) == OperationStatus.Done
                ? Read(claims[..length])
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(claims);
        }
    }

    /// <summary>The earliest, where a name stands twice and readers may differ in which they take.</summary>
    static DateTimeOffset? Read(ReadOnlySpan<byte> claims)
    {
        DateTimeOffset? earliest = null;
        try
        {
            var json = new Utf8JsonReader(claims);
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("exp"u8))
                    continue;
                json.Read();
                if (json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var seconds) && TryDate(seconds, out var date) && !(earliest < date))
                    earliest = date;
            }
        }
        catch (JsonException)
        {
            // The host took it all the same, and what was read before may still shorten.
        }
        return earliest;
    }

    // NumericDate: seconds since 1970, which may have a fraction.
    static bool TryDate(double seconds, out DateTimeOffset date)
    {
        date = DateTimeOffset.MinValue;
        if (seconds >= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return false;
        if (seconds > DateTimeOffset.MinValue.ToUnixTimeSeconds())
            date = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }
}
