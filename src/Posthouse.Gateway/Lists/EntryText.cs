using System.Buffers;
using System.Text.Unicode;

namespace Posthouse.Gateway.Lists;

/// <summary>Entries in the one form in which they are kept and looked for: UTF-8, what lies in a domain in lower case.</summary>
static class EntryText
{
    /// <summary>Characters of an entry or a user name; more is none.</summary>
    public const int MostCharacters = 512;

    /// <summary>Octets that an entry can have in its form.</summary>
    public const int MostOctets = MostCharacters * 3;

    /// <summary>An address or a domain: the local part as it is, a text without <c>@</c> in lower case. 0 = it is none.</summary>
    public static int WriteMember(ReadOnlySpan<char> text, Span<byte> octets) => Write(text, text.LastIndexOf('@') + 1, octets);

    /// <summary>A user name: all but what follows an <c>@</c> as it is. 0 = it is none.</summary>
    public static int WriteUser(ReadOnlySpan<char> text, Span<byte> octets) =>
        Write(text, text.LastIndexOf('@') is >= 0 and var at ? at + 1 : text.Length, octets);

    static int Write(ReadOnlySpan<char> text, int domain, Span<byte> octets)
    {
        if (text.Length > MostCharacters)
            return 0;
        if (Utf8.FromUtf16(text[..domain], octets, out _, out var local, replaceInvalidSequences: false) != OperationStatus.Done)
            return 0;
        Span<char> lower = stackalloc char[text.Length - domain];
        text[domain..].ToLowerInvariant(lower);
        return Utf8.FromUtf16(lower, octets[local..], out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done
            ? local + written
            : 0;
    }
}
