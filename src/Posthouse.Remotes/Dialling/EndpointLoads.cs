using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Dialling;

/// <summary>One endpoint and what we have there.</summary>
sealed class EndpointLoad(RemoteEndpoint endpoint)
{
    public RemoteEndpoint Endpoint => endpoint;

    /// <summary>Connections, from before the connect until closed. Under the lock of <see cref="EndpointLoads"/>.</summary>
    public int Open { get; set; }

    /// <summary>When it failed last; null where it has worked since. Under the same lock.</summary>
    public long? FailedAt { get; set; }
}

/// <summary>
/// Which endpoint of a host is next: the one with the fewest open connections, the definition's order among equals. One that failed
/// stands behind the others until it has worked or its penalty has passed: an endpoint that fails fast always has the
/// fewest connections, and would draw every connect to itself. Since the others serve meanwhile, nobody would hear of it: it is told once
/// when one fails, and once when it is back.
/// </summary>
sealed class EndpointLoads(RemoteHostOptions host, TimeProvider time, ILogger logger)
{
    readonly Lock _gate = new();
    readonly EndpointLoad[] _loads = [.. host.Address.Select(endpoint => new EndpointLoad(endpoint))];

    /// <summary>All of them, in the definition's order.</summary>
    public IReadOnlyList<EndpointLoad> All => _loads;

    /// <summary>Takes the best one out of the list and counts a connection there, until <see cref="Release"/>.</summary>
    public EndpointLoad Take(List<EndpointLoad> candidates)
    {
        lock (_gate)
        {
            var best = candidates[0];
            foreach (var load in candidates)
            {
                if (RankOf(load).CompareTo(RankOf(best)) < 0)
                    best = load;
            }
            candidates.Remove(best);
            best.Open++;
            // One connect at a time finds out whether it works again.
            if (best.FailedAt is not null)
                best.FailedAt = time.GetTimestamp();
            return best;
        }
    }

    public void Release(EndpointLoad load)
    {
        lock (_gate)
        {
            load.Open--;
            Debug.Assert(load.Open >= 0, "a connection was closed twice");
        }
    }

    public void Worked(EndpointLoad load)
    {
        lock (_gate)
        {
            if (load.FailedAt is null)
                return;
            load.FailedAt = null;
        }
        if (_loads.Length > 1)
            RemoteLog.EndpointBack(logger, host.Id, load.Endpoint.ToString());
    }

    /// <param name="load">Where.</param>
    /// <param name="reason">For an operator.</param>
    public void Failed(EndpointLoad load, string reason)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = load.FailedAt is null;
            load.FailedAt = time.GetTimestamp();
        }
        if (isFirst && _loads.Length > 1)
            RemoteLog.EndpointFailed(logger, host.Id, load.Endpoint.ToString(), reason);
    }

    (bool, int) RankOf(EndpointLoad load) =>
        (load.FailedAt is { } failedAt && time.GetElapsedTime(failedAt) < host.Breaker.Cooldown, load.Open);
}
