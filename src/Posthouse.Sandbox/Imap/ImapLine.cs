using System.Buffers;

namespace Posthouse.Sandbox.Imap;

/// <summary>Reads the text of a command up to its end or to a literal (RFC 9051 section 9).</summary>
static class ImapLine
{
    public const int MaxLiteral = 8192;
    const int MaxArguments = 64;

    static readonly SearchValues<byte> AtomOctets =
        SearchValues.Create("!#$&'+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz|}~"u8);

    /// <summary>Takes one word that a tag or a verb may be, and the blank after it. False: there is none.</summary>
    public static bool TryWord(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> word)
    {
        var end = rest.IndexOf((byte)' ');
        word = end < 0 ? rest : rest[..end];
        // The blank stays: each argument has one before it.
        rest = end < 0 ? default : rest[end..];
        return !word.IsEmpty && !word.ContainsAnyExcept(AtomOctets);
    }

    /// <summary>
    /// Reads the arguments, each after a blank. A line that ends in <c>{n}</c> or <c>{n+}</c> leaves the length in <paramref name="literal"/>, else -1.
    /// </summary>
    public static bool TryArguments(ReadOnlySpan<byte> rest, List<ImapToken> arguments, out int literal, out bool isSynchronising)
    {
        literal = -1;
        isSynchronising = true;
        var needsBlank = true;
        while (!rest.IsEmpty)
        {
            if (arguments.Count >= MaxArguments)
                return false;
            if (rest[0] == ')')
            {
                arguments.Add(new ImapToken(ImapTokenKind.Close, []));
                rest = rest[1..];
                needsBlank = true;
                continue;
            }
            if (needsBlank)
            {
                if (rest[0] != ' ')
                    return false;
                rest = rest[1..];
            }
            needsBlank = true;
            if (rest.IsEmpty)
                return false;
            switch (rest[0])
            {
                case (byte)'(':
                    arguments.Add(new ImapToken(ImapTokenKind.Open, []));
                    rest = rest[1..];
                    needsBlank = false;
                    break;
                case (byte)'"':
                    if (!TryQuoted(ref rest, out var text))
                        return false;
                    arguments.Add(new ImapToken(ImapTokenKind.Text, text));
                    break;
                case (byte)'{':
                    return TryLiteral(rest, out literal, out isSynchronising);
                default:
                    var end = rest.IndexOfAnyExcept(AtomOctets);
                    var atom = end < 0 ? rest : rest[..end];
                    if (atom.IsEmpty)
                        return false;
                    arguments.Add(new ImapToken(ImapTokenKind.Atom, atom.ToArray()));
                    rest = rest[atom.Length..];
                    break;
            }
        }
        return needsBlank;
    }

    // quoted = DQUOTE *QUOTED-CHAR DQUOTE; a backslash stands before a quote or a backslash alone
    static bool TryQuoted(ref ReadOnlySpan<byte> rest, out byte[] text)
    {
        text = [];
        var value = new byte[rest.Length];
        var length = 0;
        for (var i = 1; i < rest.Length; i++)
        {
            var octet = rest[i];
            if (octet == '"')
            {
                text = value[..length];
                rest = rest[(i + 1)..];
                return true;
            }
            if (octet == '\\' && (++i == rest.Length || (octet = rest[i]) is not ((byte)'"' or (byte)'\\')))
                return false;
            if (octet is 0 or > 0x7F)
                return false;
            value[length++] = octet;
        }
        return false;
    }

    // literal = "{" number ["+"] "}" at the end of the line
    static bool TryLiteral(ReadOnlySpan<byte> rest, out int length, out bool isSynchronising)
    {
        length = -1;
        isSynchronising = true;
        if (!rest.EndsWith("}"u8))
            return false;
        var number = rest[1..^1];
        if (number.EndsWith("+"u8))
        {
            isSynchronising = false;
            number = number[..^1];
        }
        if (number.IsEmpty || number.Length > 9 || number.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        length = 0;
        foreach (var digit in number)
            length = length * 10 + (digit - '0');
        return true;
    }
}
