using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary>One entry of <c>[list]</c>: addresses, domains, or <c>user:secret</c> logins.</summary>
/// <remarks>A login's secret is kept as an HMAC under a key of this list alone, and its entry is no member of the list: who may
/// ask whether an address is listed cannot try secrets that way.</remarks>
public sealed class AddressList
{
    readonly FrozenSet<string> _members;
    readonly FrozenDictionary<string, byte[][]> _logins;
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public AddressList(string id, IEnumerable<string> entries)
    {
        Id = id;
        var members = new HashSet<string>(StringComparer.Ordinal);
        var logins = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var colon = LoginColon(entry);
            if (colon < 0)
            {
                members.Add(Normalise(entry));
                continue;
            }
            var user = MailboxText.Normalise(entry[..colon]);
            if (!logins.TryGetValue(user, out var digests))
                logins.Add(user, digests = []);
            if (!IsHash(entry.AsSpan(colon + 1)))
                digests.Add(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(entry, colon + 1, entry.Length - colon - 1)));
        }
        _members = members.ToFrozenSet(StringComparer.Ordinal);
        _logins = logins.ToFrozenDictionary(login => login.Key, login => login.Value.ToArray(), StringComparer.Ordinal);
    }

    public string Id { get; }

    /// <summary>Whether the value stands in the list; domains, and the domain part of addresses, compare without case.</summary>
    public bool Contains(string value) => _members.Contains(Normalise(value));

    /// <summary>Checks a login against a <c>user:secret</c> entry in constant time; null where the list has no such user.</summary>
    public bool? CheckLogin(string user, ReadOnlySpan<byte> secret)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, secret, digest);
        if (!_logins.TryGetValue(MailboxText.Normalise(user), out var known))
            return null;
        var matches = false;
        foreach (var one in known)
            matches |= CryptographicOperations.FixedTimeEquals(one, digest);
        return matches;
    }

    /// <summary>Where the user of a <c>user:secret</c> entry ends; -1 for an address, a domain or an IPv6 address.</summary>
    internal static int LoginColon(string entry) =>
        AddressMask.TryParse(entry, out _) || IsLiteral(entry) ? -1 : entry.IndexOf(':');

    /// <summary>Whether a secret is the hash of one (<c>$2…</c>, <c>$argon2…</c>, <c>{SCHEME}</c>), which must never pass as the secret itself.</summary>
    internal static bool IsHash(ReadOnlySpan<char> secret)
    {
        if (secret.StartsWith("$2") || secret.StartsWith("$argon2"))
            return true;
        var end = secret.IndexOf('}');
        return end > 1 && secret[0] == '{' && !secret[1..end].ContainsAnyExcept(SchemeLetters);
    }

    static readonly System.Buffers.SearchValues<char> SchemeLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary><c>user@[IPv6:…]</c> and <c>[IPv6:…]</c>.</summary>
    static bool IsLiteral(string entry)
    {
        var bracket = entry.IndexOf('[');
        return entry.EndsWith(']') && (bracket == 0 || (bracket > 0 && entry[bracket - 1] == '@')) && entry.IndexOf(':') > bracket;
    }

    static string Normalise(string value) => value.Contains('@') ? MailboxText.Normalise(value) : value.ToLowerInvariant();
}
