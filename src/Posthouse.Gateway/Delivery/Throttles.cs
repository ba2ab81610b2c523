using System.Net;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// <c>[[queue.throttle]]</c>: what is over a rate gets a time of its own and waits in the schedule; what is over a concurrency waits here, in a line
/// that is fair to senders, until another ends. Neither is an attempt, and neither holds a worker of a hop.
/// </summary>
sealed class Throttles(TimeProvider time)
{
    const int SweptFrom = 1024;

    /// <summary>For recipients whose throttles depend on a host that does not answer.</summary>
    internal static readonly Outcome Undecided = new(Disposition.Temporary, Blame.Definition,
        new Reply(451, new EnhancedCode(4, 4, 3), "queue.throttle cannot be decided now"));

    /// <summary>For recipients of whose lives a step has passed while they wait for their turn.</summary>
    internal static readonly Outcome NotYet = new(Disposition.Temporary, Blame.Definition,
        new Reply(451, new EnhancedCode(4, 3, 2), "its turn in queue.throttle is still to come"));

    readonly Lock _gate = new();
    readonly long _start = time.GetTimestamp();
    readonly Dictionary<ThrottleKey, Counter> _counters = [];
    int _sweepAt = SweptFrom;

    /// <summary>The throttles that hold for a recipient on its way to a hop; unavailable where one cannot be decided now.</summary>
    internal static async ValueTask<Evaluation<IReadOnlyList<ThrottleKey>>> OfAsync(
        QueuedMessage message, int ordinal, string hop, QueueModel model, CancellationToken cancellationToken)
    {
        if (model.Throttles.Count == 0)
            return new([]);
        var recipient = new QueuedRecipient(message, message.Envelope.Recipients[ordinal]);
        return await ThrottleKey.OfAsync(model.Throttles, new ThrottledSubject(recipient, hop), cancellationToken);
    }

    /// <summary>Takes the next free time of each rate, and tells how long it is until then.</summary>
    internal TimeSpan Reserve(IReadOnlyList<ThrottleKey> keys)
    {
        var wait = TimeSpan.Zero;
        lock (_gate)
        {
            foreach (var key in keys.Where(static key => key.Throttle.Count > 0))
            {
                var now = Now;
                var counter = CounterOf(key);
                var step = key.Throttle.Period / key.Throttle.Count;
                // A whole period's count may go at once, and is then given back step by step.
                var free = counter.FreeFrom > now ? counter.FreeFrom : now;
                var until = free - now - (key.Throttle.Period - step);
                wait = until > wait ? until : wait;
                counter.FreeFrom = free + step;
            }
        }
        return wait;
    }

    /// <summary>False: too many are under way, and it is kept until <see cref="End"/> gives it back.</summary>
    internal bool TryBegin(DueMessage due)
    {
        lock (_gate)
        {
            var bounded = due.Throttles.Where(static key => key.Throttle.Concurrency > 0).ToArray();
            foreach (var key in bounded)
            {
                var counter = CounterOf(key);
                if (counter.Running < key.Throttle.Concurrency)
                    continue;
                counter.Parked.Enqueue(due with { Message = null, Turn = due.Turn ?? 0 });
                return false;
            }
            foreach (var key in bounded)
                CounterOf(key).Running++;
            return true;
        }
    }

    /// <summary>One that began has ended; who may go instead.</summary>
    internal IReadOnlyList<DueMessage> End(DueMessage due)
    {
        lock (_gate)
        {
            List<DueMessage> next = [];
            foreach (var key in due.Throttles.Where(static key => key.Throttle.Concurrency > 0))
            {
                var counter = CounterOf(key);
                counter.Running--;
                if (counter.Parked.Dequeue() is { } parked)
                    next.Add(parked);
            }
            return next;
        }
    }

    /// <summary>What waits for a place, for a look.</summary>
    internal IReadOnlyList<DueMessage> All()
    {
        lock (_gate)
            return [.. _counters.Values.SelectMany(static counter => counter.Parked.All)];
    }

    /// <summary>Takes out those that wait for a place while a step of their lives has passed.</summary>
    internal PassedSteps TakePassed(DateTimeOffset now)
    {
        List<PassedSteps> all = [];
        lock (_gate)
        {
            foreach (var counter in _counters.Values.Where(static counter => counter.Parked.Count > 0))
            {
                all.Add(PassedSteps.Of(counter.Parked.TakeAll(), now, counter.Parked.Enqueue));
            }
        }
        return new([.. all.SelectMany(static one => one.Messages)], all.Select(static one => one.Next).DefaultIfEmpty(DateTimeOffset.MaxValue).Min());
    }

    /// <summary>One whose turn had come goes another way, or nowhere, or lacks another place; who may go instead.</summary>
    internal IReadOnlyList<DueMessage> Pass(DueMessage due)
    {
        lock (_gate)
        {
            List<DueMessage> next = [];
            foreach (var key in due.Throttles.Where(static key => key.Throttle.Concurrency > 0))
            {
                var counter = CounterOf(key);
                if (counter.Running < key.Throttle.Concurrency && counter.Parked.Dequeue() is { } parked)
                    next.Add(parked);
            }
            return next;
        }
    }

    /// <summary>Monotonic: a clock that is set back must not stop what a rate bounds.</summary>
    TimeSpan Now => time.GetElapsedTime(_start);

    Counter CounterOf(ThrottleKey key)
    {
        if (_counters.TryGetValue(key, out var counter))
            return counter;
        if (_counters.Count >= _sweepAt)
        {
            foreach (var (idle, _) in _counters.Where(one => one.Value is { Running: 0, Parked.Count: 0 } && one.Value.FreeFrom <= Now).ToArray())
                _counters.Remove(idle);
            _sweepAt = Math.Max(SweptFrom, 2 * _counters.Count);
        }
        return _counters[key] = new Counter();
    }

    sealed class Counter
    {
        internal int Running;
        internal TimeSpan FreeFrom;
        internal readonly FairLine Parked = new();
    }

    /// <summary>Bounded by the same.</summary>
    internal sealed class SameKeys : IEqualityComparer<IReadOnlyList<ThrottleKey>>
    {
        public bool Equals(IReadOnlyList<ThrottleKey>? x, IReadOnlyList<ThrottleKey>? y) => x is not null && y is not null && x.SequenceEqual(y);

        public int GetHashCode(IReadOnlyList<ThrottleKey> keys) => keys.Count == 0 ? 0 : HashCode.Combine(keys.Count, keys[0]);
    }

    /// <summary>A recipient whose hop is known.</summary>
    sealed class ThrottledSubject(QueuedRecipient recipient, string hop) : IRuleSubject
    {
        public string Text(RuleVariable variable) => variable == RuleVariable.Mx ? hop : recipient.Text(variable);

        public IPAddress? Address(RuleVariable variable) => recipient.Address(variable);

        public long Number(RuleVariable variable) => recipient.Number(variable);
    }
}
