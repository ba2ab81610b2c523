using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox;

/// <summary>What goes wrong. All is off at first, and may be changed while the server runs: the next command sees it.</summary>
public sealed class SandboxFaults
{
    /// <summary>STARTTLS is not offered, as where someone on the path has cut it out; it would still work.</summary>
    public bool HideStartTls { get; set; }

    /// <summary>SASL is not offered; it would still work.</summary>
    public bool StripAuth { get; set; }

    /// <summary>STARTTLS gets 454 4.7.0, on IMAP NO.</summary>
    public bool RefuseStartTls { get; set; }

    /// <summary>Octets in clear behind the reply to STARTTLS, in the same segment.</summary>
    public byte[]? InjectAfterStartTls { get; set; }

    /// <summary>In place of 220; a reply that is not positive ends the connection. On IMAP, BYE with its text.</summary>
    public Reply? GreetingReply { get; set; }

    /// <summary>In place of any greeting, as it is.</summary>
    public byte[]? RawGreeting { get; set; }

    /// <summary>The line opens, and nothing is said until the client speaks.</summary>
    public bool NoGreeting { get; set; }

    /// <summary>How long each reply is held back.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>
    /// Called with the verb in upper case and the line, secrets masked, for each command; null leaves the answer to the server. A SASL response has
    /// the verb <c>SASL</c> and no line. The end of a message has the verb <c>.</c> and as line nothing, or on LMTP the recipient, once for
    /// each: the message then counts as taken, unless the action is a reply that is not positive.
    /// </summary>
    public Func<string, string, SandboxAction?>? OnCommand { get; set; }
}
