using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Queue;

/// <summary>A message that is on disk. A recipient goes by its place in the envelope, done ones included.</summary>
sealed record QueuedMessage(MessageKey Key, MessageEnvelope Envelope, IMessageBody Body)
{
    /// <summary>The message that it reports on, told once, when it has just been committed; null = none, or not known any more.</summary>
    internal MessageKey? About { get; init; }
}

/// <summary>What became of a recipient so far. The numbers are on disk.</summary>
enum RecipientState
{
    Waiting = 0,
    Delivered = 1,

    /// <summary>Refused for good, expired or cancelled. A report that is owed for it is committed with this mark, so it need not be kept.</summary>
    Failed = 2,
}

static class RecipientStates
{
    internal static string Name(this RecipientState state) => state switch
    {
        RecipientState.Waiting => "waiting",
        RecipientState.Delivered => "delivered",
        _ => "failed",
    };
}

/// <summary>A recipient that was waiting when the store was opened.</summary>
/// <param name="Key">Its message.</param>
/// <param name="Ordinal">Its place in the envelope.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="Due">When the next is to be made.</param>
/// <param name="Notices">Delay notices that the sender has had for it.</param>
/// <param name="IsHeld">Its message is held by the operator and not to be tried.</param>
/// <param name="MaybeDelivered">A host may have it although no reply came.</param>
readonly record struct WaitingRecipient(
    MessageKey Key, int Ordinal, int Attempts, DateTimeOffset Due, int Notices = 0, bool IsHeld = false, bool MaybeDelivered = false);

/// <summary>A message of which somebody waits.</summary>
/// <param name="Key">The message.</param>
/// <param name="Envelope">What rules may ask about it; not the whole.</param>
/// <param name="Size">Octets.</param>
/// <param name="Waiting">The places of those that wait.</param>
sealed record WaitingMessage(MessageKey Key, MessageEnvelope Envelope, long Size, IReadOnlyList<int> Waiting);

/// <summary>What an attempt changes for one recipient.</summary>
/// <param name="Ordinal">Its place in the envelope.</param>
/// <param name="State">From now on.</param>
/// <param name="Attempts">Made so far, this one included.</param>
/// <param name="Due">When the next is to be made, if it still waits.</param>
/// <param name="MaybeDelivered">A host may have it although no reply came, in this attempt or an earlier one.</param>
/// <param name="Reply">The last word on it, sanitised.</param>
/// <param name="Notices">Delay notices that the sender has had for it, one that goes with this mark included.</param>
sealed record RecipientMark(int Ordinal, RecipientState State, int Attempts, DateTimeOffset Due, bool MaybeDelivered, string Reply, int Notices = 0);

/// <summary>A message that the queue itself sends: a report.</summary>
/// <param name="Envelope">From nobody, to at least one recipient.</param>
/// <param name="Octets">In its final form.</param>
sealed record OwnMessage(MessageEnvelope Envelope, byte[] Octets);
