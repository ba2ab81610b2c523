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
    /// <summary>Reads one line without CRLF. False: not a response, or one with a literal: the connection is of no more use.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ImapResponse response) => throw new NotImplementedException();
}
