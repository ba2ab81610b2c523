using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Secrets;

namespace Posthouse.Gateway.Lists;

/// <summary>What an entry of a list is: a member, or a login as <c>user:secret</c>.</summary>
static class EntrySyntax
{
    public static string TooLong => $"an entry has more than {EntryText.MostCharacters} characters";

    /// <summary>Why an entry cannot stand in a list; null = it can. Names the user of a login, never its secret.</summary>
    public static string? Fault(ReadOnlySpan<char> entry)
    {
        if (entry.Length > EntryText.MostCharacters)
            return TooLong;
        var colon = LoginColon(entry);
        if (colon < 0)
            return Unquoted(entry).ContainsAny(' ', '\t') ? "an entry has a blank, as no domain or address does; a comment stands in a line of its own" : null;
        if (colon == 0)
            return "a login lacks its user: the form is user:secret";
        var isPlain = SecretScheme.TryPlain(entry[(colon + 1)..], out var plain);
        if (isPlain && plain.IsEmpty)
            return $"the login of \"{entry[..Math.Min(colon, 60)]}\" lacks its secret: the form is user:secret";
        if (isPlain || SecretScheme.Read(entry[(colon + 1)..], out var fault) is not null)
            return null;
        return $"the hashed secret of \"{entry[..Math.Min(colon, 60)]}\" {fault}";
    }

    /// <summary>What is behind a local part in quotes, which may hold anything.</summary>
    static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> entry) => entry.StartsWith('"') ? entry[(entry.LastIndexOf('"') + 1)..] : entry;

    /// <summary>Where the user of a <c>user:secret</c> entry ends; -1 for an address, a domain or an IPv6 address.</summary>
    public static int LoginColon(ReadOnlySpan<char> entry)
    {
        var colon = entry.IndexOf(':');
        if (colon < 0)
            return -1;
        Span<byte> octets = stackalloc byte[16];
        return AddressMask.TryParse(entry, octets, out _, out _) || IsLiteral(entry) ? -1 : colon;
    }

    /// <summary><c>user@[IPv6:…]</c> and <c>[IPv6:…]</c>.</summary>
    static bool IsLiteral(ReadOnlySpan<char> entry)
    {
        var bracket = entry.IndexOf('[');
        return entry.EndsWith(']') && (bracket == 0 || (bracket > 0 && entry[bracket - 1] == '@')) && entry.IndexOf(':') > bracket;
    }
}
