using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Relaying;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Recipients whose hop has had the whole message while their client waited, and has still to say what it made of it: an attempt that is under way since before
/// they were queued, and ends as any other does (step 10). They are as many as hosts let connections be held for it.
/// </summary>
sealed class LateWords(DeliveryAttempt attempt, MessageGate messages, Func<QueueModel> model)
{
    readonly Lock _gate = new();
    readonly HashSet<Task> _waits = [];

    /// <summary>Waits for a hop's word and settles its recipients by it.</summary>
    /// <param name="message">Whose recipients they are.</param>
    /// <param name="hop">The hop's name.</param>
    /// <param name="word">What it owes.</param>
    /// <param name="ordinals">Their places.</param>
    /// <param name="abandon">Gives it up: they stay in the store as their client's session left them.</param>
    internal void Add(QueuedMessage message, string? hop, LateWord word, IReadOnlyList<int> ordinals, CancellationToken abandon)
    {
        messages.Enter(message.Key);
        var wait = SettleAsync(message, hop, word, ordinals, abandon);
        lock (_gate)
            _waits.Add(wait);
        _ = wait.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Ends with the last of them.</summary>
    internal Task EndAsync()
    {
        lock (_gate)
            return Task.WhenAll(_waits);
    }

    async Task SettleAsync(QueuedMessage message, string? hop, LateWord word, IReadOnlyList<int> ordinals, CancellationToken abandon)
    {
        try
        {
            var outcomes = await word.WaitAsync(abandon);
            // Where it was given up, whom the hop has spoken of is settled still: one who has the message must not have it again.
            await attempt.SettleAsync(
                message, hop,
                [.. ordinals.Select(ordinal => (Recipient: new DueRecipient(ordinal, Attempts: 0), Outcome: outcomes[message.Envelope.Recipients[ordinal].Mailbox]))
                    .Where(one => !(one.Outcome.MaybeDelivered && abandon.IsCancellationRequested))],
                model(), abandon);
        }
        catch (Exception e)
        {
            attempt.PutOff(new DueMessage(message.Key, [.. ordinals.Select(static ordinal => new DueRecipient(ordinal, Attempts: 1, MaybeDelivered: true))], null) { Hop = hop }, e);
        }
        finally
        {
            messages.Leave(message.Key);
        }
    }

    void Forget(Task wait)
    {
        lock (_gate)
            _waits.Remove(wait);
    }
}
