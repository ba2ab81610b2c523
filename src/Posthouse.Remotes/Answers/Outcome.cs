using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Answers;

/// <summary>What became of one recipient of a relayed message.</summary>
public enum Disposition
{
    /// <summary>The host has taken responsibility.</summary>
    Delivered,

    /// <summary>Not now; to be tried again.</summary>
    Temporary,

    /// <summary>Never.</summary>
    Permanent,
}

/// <summary>Whose fault a failure is.</summary>
public enum Blame
{
    /// <summary>Nobody's: it was delivered.</summary>
    None,

    /// <summary>The host refused this recipient or message.</summary>
    Host,

    /// <summary>The way to the host: resolve, connect, TLS, a lost connection, a deadline.</summary>
    Transport,

    /// <summary>Our own definition of the host: its login, TLS or limits. Never a reason to bounce.</summary>
    Definition,
}

/// <summary>The end of one attempt for one recipient.</summary>
/// <param name="Disposition">Delivered, temporary or permanent.</param>
/// <param name="Blame">Whose fault.</param>
/// <param name="Reply">The host's reply, or one of ours that says what happened; sanitised.</param>
/// <param name="MaybeDelivered">The final dot was out and no reply came: a later attempt may make a second copy.</param>
public sealed record Outcome(Disposition Disposition, Blame Blame, Reply Reply, bool MaybeDelivered = false)
{
    /// <summary>The host's own last word; null where it has said none, so that <see cref="Reply"/> is ours.</summary>
    public Reply? HostReply { get; init; }

    /// <summary>What the host that took it makes of the sender's wish to be told.</summary>
    public Handover Handover { get; init; }

    /// <summary>The host was not tried, since its breaker is open: no connection was begun for this message, nor asked for anything.</summary>
    public bool IsUntried { get; init; }

    /// <summary>
    /// The reply came to RCPT and speaks of the transaction, which has enough recipients (RFC 5321 section 4.5.3.1.10): another may take this one at once.
    /// </summary>
    public bool IsOneTooMany { get; init; }

    /// <summary>The name of the mail exchanger that it comes from, or that could not be had; null where none was chosen.</summary>
    public string? Exchanger { get; init; }

    /// <summary>The host says that it takes no mail at all, from nobody (521, RFC 7504 section 3).</summary>
    public bool TakesNoMail { get; init; }
}

/// <summary>How a host that took a message stands to the sender's wish to be told of its delivery (RFC 3461 section 5.2).</summary>
public enum Handover
{
    /// <summary>It knows no such wishes, so whoever relayed to it has to tell.</summary>
    Relayed,

    /// <summary>It has put the message into a mailbox, as LMTP does, and tells nobody.</summary>
    Final,

    /// <summary>It offers DSN and was told of the wishes: telling is its affair.</summary>
    PassedOn,
}

static class DispositionNames
{
    /// <summary>As metrics name it.</summary>
    public static string Name(this Disposition disposition) => disposition switch
    {
        Disposition.Delivered => "delivered",
        Disposition.Temporary => "temporary",
        _ => "permanent",
    };
}
