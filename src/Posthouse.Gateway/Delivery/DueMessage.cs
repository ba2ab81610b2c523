using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>A recipient to be tried. The attempts are counted here: the store may still be writing the last mark.</summary>
/// <param name="Ordinal">Its place in the envelope.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="Notices">Delay notices that the sender has had for it.</param>
readonly record struct DueRecipient(int Ordinal, int Attempts, int Notices = 0);

/// <summary>Recipients of one message that are tried together.</summary>
/// <param name="Key">The message.</param>
/// <param name="Recipients">Those of it that are due.</param>
/// <param name="Message">The message, while it is in memory; null = to be read.</param>
sealed record DueMessage(MessageKey Key, IReadOnlyList<DueRecipient> Recipients, QueuedMessage? Message)
{
    /// <summary>Where it was last tried; null = nowhere since the start.</summary>
    internal string? Hop { get; init; }

    /// <summary>What bounds it on its way to its hop.</summary>
    internal IReadOnlyList<ThrottleKey> Throttles { get; init; } = [];

    /// <summary>It has waited for its turn in each rate, and counts there no more.</summary>
    internal bool IsPaced { get; init; }

    /// <summary>When its turn comes, by the monotonic clock; it may be taken up before, when its sender has to hear of it.</summary>
    internal long Turn { get; init; }
}
