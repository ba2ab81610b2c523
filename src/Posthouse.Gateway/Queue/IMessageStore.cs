using System.Threading.Channels;

namespace Posthouse.Gateway.Queue;

/// <summary>The queue on disk: what sessions hand in, and what delivery takes out and marks.</summary>
interface IMessageStore : IMessageIntake, IAsyncDisposable
{
    /// <summary>A write or a read failed. Nothing is taken or marked any more until the store is opened anew.</summary>
    bool HasFailed { get; }

    /// <summary>Each message committed since the store was opened, once; to be drained for as long as the store takes messages.</summary>
    ChannelReader<QueuedMessage> Committed { get; }

    /// <summary>
    /// The recipients that waited when the store was opened, held ones too, those of one message in a row. <see cref="IOException"/> where it cannot be read.
    /// </summary>
    IReadOnlyList<WaitingRecipient> ReadBacklog();

    /// <summary>
    /// Reads a message; null where there is none. <see cref="IOException"/> where the store cannot be read,
    /// <see cref="InvalidDataException"/> where it holds something that is no message.
    /// </summary>
    QueuedMessage? Read(MessageKey key);

    /// <summary>The messages that wait, in the order of their arrival, those behind a key. <see cref="IOException"/> where the store cannot be read.</summary>
    IReadOnlyList<QueueEntry> List(MessageKey after, int most);

    /// <summary>All that is known of a message; null where none of its recipients waits.</summary>
    QueueEntryDetail? Show(MessageKey key);

    /// <summary>
    /// Has the marks and the reports that are owed for them written in one transaction, with the next group commit, within 50 ms. A message
    /// of which no recipient waits any more goes. False where the store has failed.
    /// </summary>
    bool Record(MessageKey key, IReadOnlyList<RecipientMark> marks, IReadOnlyList<OwnMessage>? reports = null);

    /// <summary>Ends when all that was recorded before is on disk, which a full disk may put off; false where the store has failed.</summary>
    Task<bool> WrittenAsync();

    /// <summary>
    /// To be awaited before an attempt: ends once what is recorded gets to the disk soon, at once as a rule. While the disk hangs, and while more waits for it
    /// than it can write, a crash would repeat all that is delivered meanwhile. One that is full keeps nobody waiting.
    /// </summary>
    ValueTask CaughtUpAsync(CancellationToken cancellationToken);

    /// <summary>Has it written that a message is held, or is not any more. False where the store has failed.</summary>
    bool Hold(MessageKey key, bool isHeld);

    /// <summary>Removes a message that is in quarantine, on disk when it ends: done, not found there, or failed.</summary>
    Task<QueueAnswer> DropAsync(MessageKey key);
}
