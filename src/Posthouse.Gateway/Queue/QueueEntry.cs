namespace Posthouse.Gateway.Queue;

/// <summary>A queued message in a list.</summary>
/// <param name="Id">Its queue id.</param>
/// <param name="Received">When it was taken.</param>
/// <param name="Size">Octets.</param>
/// <param name="Sender">Reverse-path; empty for a report.</param>
/// <param name="IsHeld">Held by the operator: not tried until it is released.</param>
/// <param name="Waiting">Recipients that wait.</param>
/// <param name="NextAttempt">When the first of them is due.</param>
/// <param name="Attempts">Most that one of them had.</param>
/// <param name="LastReply">The last word on one of them; empty before the first attempt.</param>
public sealed record QueueEntry(string Id, DateTimeOffset Received, long Size, string Sender, bool IsHeld, int Waiting, DateTimeOffset NextAttempt,
    int Attempts, string LastReply)
{
    /// <summary>An attempt is under way at this moment.</summary>
    public bool IsBeingDelivered { get; init; }

    /// <summary>What it, or some of it, waits for besides.</summary>
    public QueueWait WaitsFor { get; init; }

    /// <summary>Where its recipients go, as far as that is known without asking a host; empty where no gateway runs.</summary>
    public IReadOnlyList<string> Hops { get; init; } = [];
}

/// <summary>What a queued message waits for.</summary>
public enum QueueWait
{
    /// <summary>Its time, or its turn at its hop.</summary>
    Time,

    /// <summary>A place in a <c>[[queue.throttle]]</c>.</summary>
    Throttle,

    /// <summary>Its hop, which cannot be reached.</summary>
    Hop,
}

/// <summary>A queued message with all that is known of it.</summary>
/// <param name="Message">As in a list.</param>
/// <param name="Listener">Where it came in; empty for a report.</param>
/// <param name="RemoteIp">From which address; empty for a report.</param>
/// <param name="HeloDomain">What the client called itself.</param>
/// <param name="AuthenticatedAs">Its login; empty for a stranger.</param>
/// <param name="EnvelopeId">ENVID; null = none.</param>
/// <param name="Recipients">All of them, done ones included.</param>
public sealed record QueueEntryDetail(
    QueueEntry Message, string Listener, string RemoteIp, string HeloDomain, string AuthenticatedAs, string? EnvelopeId,
    IReadOnlyList<QueueRecipient> Recipients);

/// <summary>A recipient of a queued message.</summary>
/// <param name="Ordinal">Its place in the envelope.</param>
/// <param name="Mailbox">Its address.</param>
/// <param name="State">waiting, delivered or failed.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="NextAttempt">When the next is due, if it waits.</param>
/// <param name="Notices">Delay notices that the sender has had.</param>
/// <param name="MaybeDelivered">The host may have it although no reply came.</param>
/// <param name="LastReply">The last word on it; empty before the first attempt.</param>
public sealed record QueueRecipient(int Ordinal, string Mailbox, string State, int Attempts, DateTimeOffset NextAttempt, int Notices, bool MaybeDelivered,
    string LastReply);
