namespace Posthouse.Gateway.Queue;

/// <summary>What came of an operator's word on a message.</summary>
public enum QueueAnswer
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>It is not in the queue.</summary>
    NotFound,

    /// <summary>It is so already, or there is nothing to do.</summary>
    Unchanged,

    /// <summary>It is being delivered at this moment: ask again.</summary>
    Busy,

    /// <summary>The store cannot write.</summary>
    Failed,
}

/// <summary>What an operator can see and do of the queue, by queue ids.</summary>
public interface IQueueControl
{
    /// <summary>Messages that wait, in the order of their arrival. <see cref="IOException"/> where the store cannot be read.</summary>
    /// <param name="after">The id that they come behind; empty = from the start.</param>
    /// <param name="most">At most so many.</param>
    IReadOnlyList<QueueEntry> List(string after, int most);

    /// <summary>One message; null where it does not wait.</summary>
    QueueEntryDetail? Show(string id);

    /// <summary>Tries it now rather than when it is due. A held one stays held.</summary>
    QueueAnswer Retry(string id);

    /// <summary>Tries all that was last tried at a hop, or nowhere since the start; null = all. How many messages that are.</summary>
    int RetryHop(string? hop);

    /// <summary>Lets no attempt begin until it is released, restarts included. An attempt that is under way ends.</summary>
    QueueAnswer Hold(string id);

    /// <summary>Ends a hold; what is due goes at once.</summary>
    QueueAnswer Release(string id);

    /// <summary>Ends it for all recipients that wait.</summary>
    /// <param name="id">The message.</param>
    /// <param name="withReport">Whether the sender is told, as of any failure.</param>
    Task<QueueAnswer> CancelAsync(string id, bool withReport);
}
