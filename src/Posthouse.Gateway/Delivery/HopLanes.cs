using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Delivery;

/// <summary>Steps 8 to 10: a lane for each hop that something waits for or is on its way to, and what an attempt has to pass before it begins.</summary>
/// <param name="hops">Where mail can go.</param>
/// <param name="attempt">Takes it there.</param>
/// <param name="messages">Who is held.</param>
/// <param name="throttles">What is bounded.</param>
/// <param name="schedule">Where what waits behind an attempt is taken up.</param>
/// <param name="steps">Told of what begins to wait in a throttle.</param>
/// <param name="model">The configuration in force.</param>
/// <param name="logger">Where an attempt that breaks is told.</param>
/// <param name="stop">No attempt begins any more.</param>
/// <param name="abandon">Those under way are given up.</param>
sealed class HopLanes(
    IHops hops,
    DeliveryAttempt attempt,
    MessageGate messages,
    Throttles throttles,
    Schedule schedule,
    PausedSteps steps,
    Func<QueueModel> model,
    ILogger logger,
    CancellationToken stop,
    CancellationToken abandon) : IDisposable
{
    /// <summary>
    /// Messages at once on their way by MX, from DNS to the last reply; remotes have no part in it. Each domain has five of them at most
    /// (<c>MxDelivery</c>), and while half are taken one where it does not answer, so it takes hundreds that hang to delay the others.
    /// </summary>
    internal const int MaxByMx = 1000;

    readonly ConcurrentDictionary<string, HopLane> _lanes = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _byMx = new(MaxByMx);

    // Goes up with each configuration: what a worker had in hand before is routed anew.
    int _routing;

    /// <summary>Hops that something waits for or is on its way to.</summary>
    internal int Count => _lanes.Count;

    /// <summary>What lanes together keep in memory.</summary>
    internal WarmMessages Warm { get; } = new();

    // A lane that has emptied goes, since domains that are delivered to by MX know no end.
    internal void Add(string hop, DueMessage due)
    {
        while (_lanes.GetOrAdd(hop, static (hop, lanes) => lanes.NewLane(hop), this) is var lane && !lane.Add(due, Concurrency(hop)))
            Drop(hop, lane);
    }

    /// <summary>What waits for its turn at a hop, for a look.</summary>
    internal IReadOnlyList<DueMessage> All() => [.. _lanes.Values.SelectMany(static lane => lane.All())];

    /// <summary>Has what waits routed anew, by the configuration that is now in force.</summary>
    internal void RouteAnew()
    {
        Interlocked.Increment(ref _routing);
        foreach (var due in _lanes.Values.SelectMany(static lane => lane.TakeAll()))
            RouteAnew(due);
    }

    void RouteAnew(DueMessage due) => schedule.Add(due with { Message = null, Turn = due.Turn ?? 0, Pause = null }, TimeSpan.Zero);

    /// <summary>Drops what waits and tells when the last attempt has ended.</summary>
    internal Task StopAsync() => Task.WhenAll(_lanes.Values.Select(static lane => lane.StopAsync()));

    public void Dispose() => _byMx.Dispose();

    HopLane NewLane(string hop)
    {
        var places = MxHopName.TryGetDomain(hop, out _) ? new DomainPlaces(_byMx, MaxByMx / 2) : null;
        return new HopLane(
            due => places is null ? AttemptAsync(hop, due, Volatile.Read(ref _routing), null) : AttemptByMxAsync(hop, due, Volatile.Read(ref _routing), places),
            Warm, logger, lane => Drop(hop, lane));
    }

    void Drop(string hop, HopLane lane) => _lanes.TryRemove(KeyValuePair.Create(hop, lane));

    async Task AttemptAsync(string hop, DueMessage due, int routing, Action<bool>? heard)
    {
        // Before a place is taken: what waits for the disk keeps nobody from theirs, nor an operator from it.
        if (!await attempt.MayBeginAsync(stop))
            return;
        if (routing != Volatile.Read(ref _routing))
        {
            RouteAnew(due);
            return;
        }
        if (!throttles.TryBegin(due))
        {
            if (due.Pause is { } pause)
                steps.Note(pause.Step);
            // It may have been let go for a place that it cannot take, since it lacks another.
            foreach (var next in throttles.Pass(due))
                schedule.Add(next, TimeSpan.Zero);
            return;
        }
        try
        {
            if (messages.Enter(due with { Turn = due.Turn ?? 0 }) is not { } left)
                return;
            try
            {
                await attempt.RunAsync(hop, left, model(), heard, abandon);
            }
            finally
            {
                messages.Leave(due.Key);
            }
        }
        finally
        {
            foreach (var next in throttles.End(due))
                schedule.Add(next, TimeSpan.Zero);
        }
    }

    async Task AttemptByMxAsync(string hop, DueMessage due, int routing, DomainPlaces places)
    {
        try
        {
            await places.EnterAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Stopping: it stays in the store.
            return;
        }
        try
        {
            await AttemptAsync(hop, due, routing, places.Heard);
        }
        finally
        {
            places.Leave();
        }
    }

    int Concurrency(string id) => hops.TryGet(id, out var hop) ? hop.Concurrency : 1;
}
