using System.Text;

namespace Posthouse.Wire.Imap;

/// <summary>What a server's line is (RFC 9051 section 7).</summary>
public enum ImapResponseKind
{
    /// <summary>Tagged or untagged OK.</summary>
    Ok,

    /// <summary>NO.</summary>
    No,

    /// <summary>BAD.</summary>
    Bad,

    /// <summary>BYE, untagged only.</summary>
    Bye,

    /// <summary>PREAUTH, untagged only.</summary>
    PreAuth,

    /// <summary>CAPABILITY data, untagged.</summary>
    Capability,

    /// <summary><c>+</c>: a continuation request; <see cref="ImapResponse.Text"/> is what follows.</summary>
    Continuation,

    /// <summary>Any other untagged data, passed over.</summary>
    Other,
}

/// <summary>One response line. Text is reduced to printable characters, so it can go into a log.</summary>
/// <param name="Tag">The tag, or null for an untagged or continuation response.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Code">The response code's atom in upper case, e.g. <c>AUTHENTICATIONFAILED</c>, or null.</param>
/// <param name="CodeArgument">What follows the atom within the brackets, e.g. the capabilities.</param>
/// <param name="Text">The rest.</param>
public sealed record ImapResponse(string? Tag, ImapResponseKind Kind, string? Code, string? CodeArgument, string Text)
{
    /// <summary>Reads one line without CRLF.</summary>
    /// <param name="line">The line.</param>
    /// <param name="response">The response.</param>
    /// <param name="takesText">
    /// Whether the text of an answer of this kind, with this code, is taken; null: every one is. What is not taken never becomes a string, for
    /// answers that may repeat a secret.
    /// </param>
    /// <returns>False: not a response, or one with a literal: the connection is of no more use.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out ImapResponse response, Func<ImapResponseKind, string?, bool>? takesText = null)
    {
        response = null!;
        if (line.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0 || EndsInLiteral(line))
            return false;
        if (line.SequenceEqual("+"u8) || line.StartsWith("+ "u8))
        {
            response = new ImapResponse(null, ImapResponseKind.Continuation, null, null, Printable(line.Length > 2 ? line[2..] : default));
            return true;
        }
        var head = NextWord(ref line);
        return head.SequenceEqual("*"u8) ? TryUntagged(line, takesText, out response) : IsTag(head) && TryTagged(head, line, takesText, out response);
    }

    // response-tagged = tag SP ("OK" / "NO" / "BAD") SP resp-text
    static bool TryTagged(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> rest, Func<ImapResponseKind, string?, bool>? takesText, out ImapResponse response)
    {
        response = null!;
        var kind = KindOf(NextWord(ref rest));
        return kind is ImapResponseKind.Ok or ImapResponseKind.No or ImapResponseKind.Bad && TryText(Printable(tag), kind, rest, takesText, out response);
    }

    // response-data = "*" SP (resp-cond-state / resp-cond-bye / capability-data / other data)
    static bool TryUntagged(ReadOnlySpan<byte> rest, Func<ImapResponseKind, string?, bool>? takesText, out ImapResponse response)
    {
        response = null!;
        var all = rest;
        var word = NextWord(ref rest);
        if (word.IsEmpty)
            return false;
        var kind = KindOf(word);
        if (kind is not (ImapResponseKind.Capability or ImapResponseKind.Other))
            return TryText(null, kind, rest, takesText, out response);
        var isTaken = kind == ImapResponseKind.Capability || takesText?.Invoke(kind, null) != false;
        response = new ImapResponse(null, kind, null, null, isTaken ? Printable(kind == ImapResponseKind.Other ? all : rest) : "");
        return true;
    }

    // resp-text = ["[" resp-text-code "]" SP] text. A code that does not end is no text: it might have changed what NO means.
    static bool TryText(
        string? tag, ImapResponseKind kind, ReadOnlySpan<byte> rest, Func<ImapResponseKind, string?, bool>? takesText, out ImapResponse response)
    {
        response = null!;
        if (!rest.StartsWith("["u8))
        {
            response = new ImapResponse(tag, kind, null, null, takesText?.Invoke(kind, null) == false ? "" : Printable(rest));
            return true;
        }
        var end = rest.IndexOf((byte)']');
        if (end < 0)
            return false;
        var argument = rest[1..end];
        var hasArgument = argument.Contains((byte)' ');
        var atom = NextWord(ref argument);
        if (!IsTag(atom))
            return false;
        var code = Printable(atom).ToUpperInvariant();
        var text = takesText?.Invoke(kind, code) == false ? default : rest[(end + 1)..];
        response = new ImapResponse(tag, kind, code, hasArgument ? Printable(argument) : null, Printable(text.StartsWith(" "u8) ? text[1..] : text));
        return true;
    }

    static ImapResponseKind KindOf(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "OK"u8) ? ImapResponseKind.Ok
        : Ascii.EqualsIgnoreCase(word, "NO"u8) ? ImapResponseKind.No
        : Ascii.EqualsIgnoreCase(word, "BAD"u8) ? ImapResponseKind.Bad
        : Ascii.EqualsIgnoreCase(word, "BYE"u8) ? ImapResponseKind.Bye
        : Ascii.EqualsIgnoreCase(word, "PREAUTH"u8) ? ImapResponseKind.PreAuth
        : Ascii.EqualsIgnoreCase(word, "CAPABILITY"u8) ? ImapResponseKind.Capability
        : ImapResponseKind.Other;

    static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest)
    {
        var blank = rest.IndexOf((byte)' ');
        var word = blank < 0 ? rest : rest[..blank];
        rest = blank < 0 ? default : rest[(blank + 1)..];
        return word;
    }

    static bool IsTag(ReadOnlySpan<byte> word) => !word.IsEmpty && !word.ContainsAnyExcept(ImapAtoms.TagOctets);

    // literal = ["~"] "{" number ["+" / "-"] "}" CRLF: the octets that follow would not be lines.
    static bool EndsInLiteral(ReadOnlySpan<byte> line)
    {
        if (!line.EndsWith("}"u8))
            return false;
        var count = line[(line.LastIndexOf((byte)'{') + 1)..^1].TrimEnd("+-"u8);
        return count.Length < line.Length - 1 && !count.IsEmpty && !count.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    static string Printable(ReadOnlySpan<byte> octets) => string.Create(octets.Length, octets, static (text, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            text[i] = source[i] is >= 0x20 and <= 0x7E ? (char)source[i] : '?';
    });
}
