using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>
/// What the next hop has left of a message. In SMTP one reply stands for all recipients, so that a refusal can be told only where it holds
/// for each of them; else it goes to the queue with the others, where the host says it again and a report is made of it. In LMTP
/// each has its own reply. What was delivered is never queued.
/// </summary>
sealed class Remainder
{
    const int MostReply = 512;
    static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan DefaultWait = TimeSpan.FromMinutes(2);

    readonly Outcome?[] _outcomes;
    readonly bool _isEachTold;

    /// <param name="recipients">Of the message.</param>
    /// <param name="outcomes">What the hop has said, of those that it took.</param>
    /// <param name="isLmtp">Each recipient has a reply of its own.</param>
    public Remainder(IReadOnlyList<RcptCommand> recipients, IReadOnlyDictionary<Mailbox, Outcome> outcomes, bool isLmtp)
    {
        _outcomes = [.. recipients.Select(recipient => outcomes.GetValueOrDefault(recipient.Mailbox))];
        _isEachTold = isLmtp || Array.TrueForAll(_outcomes, static outcome => outcome is { Disposition: Disposition.Permanent });
        IsPartlyDelivered = Array.Exists(_outcomes,
            outcome => outcome is { MaybeDelivered: true } || (!isLmtp && outcome is { Disposition: Disposition.Delivered }));
        Left = [.. Enumerable.Range(0, recipients.Count).Where(IsLeft)];
    }

    /// <summary>Whether the hop has taken some.</summary>
    public bool IsHandedOver => Array.Exists(_outcomes, static outcome => outcome is { Disposition: Disposition.Delivered });

    /// <summary>The places of those that are to be queued.</summary>
    public IReadOnlyList<int> Left { get; }

    /// <summary>A client that is refused what is left would bring again what somebody has, or may have, already. In LMTP it brings only what is left.</summary>
    public bool IsPartlyDelivered { get; }

    /// <summary>What the hop has said of a recipient; null where it was not asked, or did not take it.</summary>
    public Outcome? Said(int ordinal) => _outcomes[ordinal];

    /// <summary>What the hop has said of a recipient that is not left; null of one that is.</summary>
    public Outcome? Settled(int ordinal) => IsLeft(ordinal) ? null : _outcomes[ordinal];

    /// <summary>
    /// The attempts that were made for those that are left; null for one that was not tried, or was refused and is to hear it
    /// again.
    /// </summary>
    public async ValueTask<IReadOnlyList<EarlierAttempt?>> AttemptsAsync(SessionState session, Transaction transaction, CancellationToken cancellationToken)
    {
        var attempts = new EarlierAttempt?[Left.Count];
        // One moment for all, so that those who wait equally long go together.
        var now = session.Services.Time.GetUtcNow();
        for (var i = 0; i < attempts.Length; i++)
        {
            if (_outcomes[Left[i]] is not { Disposition: Disposition.Temporary } outcome)
                continue;
            var wait = await FirstWaitAsync(session, transaction.Recipients[Left[i]], cancellationToken).ConfigureAwait(false);
            var reply = outcome.Reply.ToString();
            attempts[i] = new EarlierAttempt(now + wait, outcome.MaybeDelivered, reply.Length > MostReply ? reply[..MostReply] : reply)
            {
                Hop = transaction.Live?.Hop,
                Late = outcome.MaybeDelivered ? transaction.Live?.Late : null,
            };
        }
        return attempts;
    }

    bool IsLeft(int ordinal) => _outcomes[ordinal] switch
    {
        { Disposition: Disposition.Delivered } => false,
        { Disposition: Disposition.Permanent } => !_isEachTold,
        _ => true,
    };

    /// <summary>The first step of the schedule: never at once, since one that may have arrived would come twice (HARDENING R51).</summary>
    static async ValueTask<TimeSpan> FirstWaitAsync(SessionState session, RcptCommand recipient, CancellationToken cancellationToken)
    {
        Evaluation<IReadOnlyList<TimeSpan>> steps;
        try
        {
            steps = await session.Model.Queue.Retry.EvaluateAsync(new RecipientSubject(session, recipient.Mailbox), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone; what is left of its message must be kept all the same.
            return DefaultWait;
        }
        var wait = steps is { IsAvailable: true, Value.Count: > 0 } ? steps.Value[0] : DefaultWait;
        return wait > ShortestWait ? wait : ShortestWait;
    }
}
