using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Wire.Commands;

/// <summary>BODY= (RFC 6152, RFC 3030).</summary>
public enum BodyKind
{
    /// <summary>Not said, or 7BIT.</summary>
    SevenBit,

    /// <summary>8BITMIME.</summary>
    EightBit,

    /// <summary>BINARYMIME: DATA may not carry it.</summary>
    Binary,
}

/// <summary>RET= (RFC 3461 section 4.3).</summary>
public enum DsnReturn
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>FULL.</summary>
    Full,

    /// <summary>HDRS.</summary>
    Headers,
}

/// <summary>Which extension parameters a listener announces; any other gets 555 5.5.4.</summary>
[Flags]
public enum EnvelopeExtensions
{
    /// <summary>No parameter at all.</summary>
    None = 0,

    /// <summary>SIZE= (RFC 1870).</summary>
    Size = 1,

    /// <summary>BODY=7BIT and BODY=8BITMIME (RFC 6152).</summary>
    EightBitMime = 2,

    /// <summary>BODY=BINARYMIME (RFC 3030 section 3).</summary>
    BinaryMime = 4,

    /// <summary>SMTPUTF8 (RFC 6531 section 3.4).</summary>
    SmtpUtf8 = 8,

    /// <summary>RET= and ENVID=, NOTIFY= and ORCPT= (RFC 3461 section 4).</summary>
    Dsn = 16,

    /// <summary>AUTH= (RFC 4954 section 5).</summary>
    Auth = 32,

    /// <summary>REQUIRETLS (RFC 8689 section 2); to be announced over TLS alone.</summary>
    RequireTls = 64,
}

/// <summary>A parsed <c>MAIL FROM</c> (RFC 5321 section 4.1.1.2).</summary>
public sealed record MailCommand
{
    /// <summary>The reverse-path; null for <c>&lt;&gt;</c>.</summary>
    public required Mailbox? ReversePath { get; init; }

    /// <summary>SIZE= in octets (RFC 1870), or null.</summary>
    public long? Size { get; init; }

    /// <summary>BODY=.</summary>
    public BodyKind Body { get; init; }

    /// <summary>Whether SMTPUTF8 was given (RFC 6531).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>Whether REQUIRETLS was given: the message is to travel over verified TLS alone (RFC 8689).</summary>
    public bool RequireTls { get; init; }

    /// <summary>RET=.</summary>
    public DsnReturn Return { get; init; }

    /// <summary>ENVID=, decoded; at most 100 characters.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>Reads what follows <c>MAIL</c>, that is <c>FROM:&lt;…&gt; …</c>.</summary>
    /// <param name="argument">The argument of the command line.</param>
    /// <param name="extensions">What the listener announces.</param>
    /// <param name="command">The command.</param>
    /// <param name="refusal">The reply to give when the answer is false: 501, 552, 553 or 555 with its enhanced code.</param>
    public static bool TryParse(ReadOnlySpan<byte> argument, EnvelopeExtensions extensions, out MailCommand command, out Reply refusal)
    {
        refusal = MailParser.Parse(argument, extensions, out command!)!;
        return refusal is null;
    }
}
