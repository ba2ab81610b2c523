using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Wire.Commands;

/// <summary>NOTIFY= (RFC 3461 section 4.1).</summary>
[Flags]
public enum DsnNotify
{
    /// <summary>Not said: the server's own choice, failure and delay.</summary>
    Unspecified = 0,

    /// <summary>NEVER; alone.</summary>
    Never = 1,

    /// <summary>SUCCESS.</summary>
    Success = 2,

    /// <summary>FAILURE.</summary>
    Failure = 4,

    /// <summary>DELAY.</summary>
    Delay = 8,
}

/// <summary>A parsed <c>RCPT TO</c> (RFC 5321 section 4.1.1.3).</summary>
public sealed record RcptCommand
{
    /// <summary>The forward-path's mailbox.</summary>
    public required Mailbox Mailbox { get; init; }

    /// <summary>NOTIFY=.</summary>
    public DsnNotify Notify { get; init; }

    /// <summary>ORCPT= as <c>addr-type;address</c>, decoded, or null.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>Reads what follows <c>RCPT</c>, that is <c>TO:&lt;…&gt; …</c>.</summary>
    /// <param name="argument">The argument of the command line.</param>
    /// <param name="extensions">What the listener announces.</param>
    /// <param name="smtpUtf8">Whether the transaction's MAIL gave SMTPUTF8.</param>
    /// <param name="command">The command.</param>
    /// <param name="refusal">The reply to give when the answer is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> argument, EnvelopeExtensions extensions, bool smtpUtf8, out RcptCommand command, out Reply refusal)
    {
        refusal = RcptParser.Parse(argument, extensions, smtpUtf8, out command!)!;
        return refusal is null;
    }
}
