using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Delivery;

/// <summary>A recipient to be tried. The attempts are counted here: the store may still be writing the last mark.</summary>
/// <param name="Ordinal">Its place in the envelope.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="Notices">Delay notices that the sender has had for it.</param>
/// <param name="MaybeDelivered">A host may have it since one of them. No later attempt takes that back, since what it hears is of a copy of its own.</param>
readonly record struct DueRecipient(int Ordinal, int Attempts, int Notices = 0, bool MaybeDelivered = false)
{
    /// <summary>One that still waits, as its mark has it.</summary>
    internal static DueRecipient Of(RecipientMark mark) => new(mark.Ordinal, mark.Attempts, mark.Notices, mark.MaybeDelivered);
}

/// <summary>Recipients of one message that are tried together.</summary>
/// <param name="Key">The message.</param>
/// <param name="Recipients">Those of it that are due.</param>
/// <param name="Message">The message, while it is in memory; null = to be read.</param>
sealed record DueMessage(MessageKey Key, IReadOnlyList<DueRecipient> Recipients, QueuedMessage? Message)
{
    /// <summary>Where it was last tried; null = nowhere since the start.</summary>
    internal string? Hop { get; init; }

    /// <summary>Who shares a hop with others as one (<see cref="FairLine"/>); empty for the queue's own messages, and where none was read yet.</summary>
    internal string Sender { get; init; } = "";

    /// <summary>What bounds it on its way to its hop.</summary>
    internal IReadOnlyList<ThrottleKey> Throttles { get; init; } = [];

    /// <summary>
    /// When its turn in each rate comes, by the monotonic clock; it may be taken up before, when its sender has to hear of it. Once it has one it counts there no
    /// more. Null = it has to ask for one.
    /// </summary>
    internal long? Turn { get; init; }

    /// <summary>Its turn in a rate is still to come.</summary>
    internal bool IsBeforeTurn(TimeProvider time) => Turn is { } turn && turn > time.GetTimestamp();

    /// <summary>It waits, or may have to, for something that has no time; null = for nothing but a time.</summary>
    internal Pause? Pause { get; init; }

    /// <summary>
    /// A login that shares a domain with many is one sender; a stranger is his domain's, since each message of a mailing may have a reverse-path of its own.
    /// </summary>
    internal static string SenderOf(QueuedMessage message) => message.Envelope is { Origin.AuthenticatedAs: { Length: > 0 } login }
        ? login
        : message.Envelope.Mail.ReversePath?.Domain ?? "";
}

/// <summary>A wait whose end nobody knows: for a place in a throttle, or for a hop that cannot be reached.</summary>
/// <param name="Step">When its sender has to hear of it, or it expires: it is taken up then all the same.</param>
/// <param name="Reason">What its sender is told of it.</param>
sealed record Pause(DateTimeOffset Step, Outcome Reason);
