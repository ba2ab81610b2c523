namespace Posthouse.Gateway.Queue;

/// <summary>What came of an operator's word on a message.</summary>
public enum QueueAnswer
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>It is not in the queue; or not in quarantine, where it is to be dropped.</summary>
    NotFound,

    /// <summary>It is so already, or there is nothing to do.</summary>
    Unchanged,

    /// <summary>It is held, and not tried before it is released.</summary>
    Held,

    /// <summary>It is being delivered at this moment: ask again.</summary>
    Busy,

    /// <summary>The store cannot write.</summary>
    Failed,

    /// <summary>Nothing was done: the disk has not taken what was recorded before. Ask again.</summary>
    DiskBusy,

    /// <summary>Done, but the disk has not taken it yet: a restart may undo it.</summary>
    Unwritten,

    /// <summary>It is not tried before a <c>[[queue.throttle]]</c> lets it.</summary>
    Throttled,
}

/// <summary>An operator's word on queued messages.</summary>
public enum QueueAction
{
    /// <summary>Try now.</summary>
    Retry,

    /// <summary>Let no attempt begin.</summary>
    Hold,

    /// <summary>End a hold.</summary>
    Release,

    /// <summary>End for all recipients that wait, or for those that are on their way to a hop.</summary>
    Cancel,
}

/// <summary>What came of an operator's word on all messages, or on all of a hop: how many had which answer.</summary>
/// <param name="Done">Messages for which it was done.</param>
/// <param name="Unchanged">For which there was nothing to do.</param>
/// <param name="Held">Which are held, and not tried.</param>
/// <param name="Busy">Which were being delivered.</param>
/// <param name="Failed">For which the store could not write.</param>
/// <param name="Unrouted">Which were left out, in whole or in part, since a hop of theirs is not known without asking a host.</param>
public sealed record QueueActionCounts(int Done, int Unchanged, int Held, int Busy, int Failed, int Unrouted)
{
    /// <summary>Why nothing was done at all; empty = it was.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>
    /// Of a hop: those that are done and go, or may go, to others too. A hold and a release are of the whole message; a cancel leaves the others waiting.
    /// </summary>
    public int Elsewhere { get; init; }

    /// <summary>Which a <c>[[queue.throttle]]</c> keeps.</summary>
    public int Throttled { get; init; }

    /// <summary>It ended before the last message: the disk has not taken what was recorded before. What was not reached is as it was.</summary>
    public bool IsDiskBusy { get; init; }

    /// <summary>What was done is not all on disk yet: a restart may undo it.</summary>
    public bool IsUnwritten { get; init; }
}

/// <summary>What an operator can see and do of the queue, by queue ids.</summary>
public interface IQueueControl
{
    /// <summary>Messages that wait, in the order of their arrival. <see cref="IOException"/> where the store cannot be read.</summary>
    /// <param name="after">The id that they come behind; empty = from the start.</param>
    /// <param name="most">At most so many.</param>
    Task<IReadOnlyList<QueueEntry>> ListAsync(string after, int most);

    /// <summary>One message; null where it does not wait.</summary>
    Task<QueueEntryDetail?> ShowAsync(string id);

    /// <summary>Has one message tried, held, released or cancelled.</summary>
    /// <param name="id">The message.</param>
    /// <param name="action">
    /// What is to be done. A hold lasts over restarts, and an attempt that is under way ends; what was due at a release goes at once.
    /// </param>
    /// <param name="withReport">Whether the sender is told of a cancel, as of any failure.</param>
    /// <param name="cancellationToken">Gives up before it is done, or waits no more for it to be on disk.</param>
    Task<QueueAnswer> ActAsync(string id, QueueAction action, bool withReport, CancellationToken cancellationToken);

    /// <summary>
    /// The same for all that waits at this moment and is on its way to a hop. Whose hop cannot be told without asking a host is left out, and counted. A cancel
    /// ends those recipients alone that are on their way there; a hold or a release is of the whole message.
    /// </summary>
    /// <param name="hop">A remote's id, or <c>mx/DOMAIN</c>; null = everything, wherever it goes.</param>
    /// <param name="action">What is to be done.</param>
    /// <param name="withReport">Whether senders are told of a cancel.</param>
    /// <param name="cancellationToken">Ends it between two messages: those before are done, those behind are as they were.</param>
    Task<QueueActionCounts> ActOnAllAsync(string? hop, QueueAction action, bool withReport, CancellationToken cancellationToken);

    /// <summary>Removes a message that is in quarantine, with all its rows; nobody is told.</summary>
    Task<QueueAnswer> DropAsync(string id);
}
