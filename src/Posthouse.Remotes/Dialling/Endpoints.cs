using System.Globalization;
using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// The endpoints of one host. A connection is made at the best of them; where that fails, by TCP or by anything up to our own login,
/// the next is tried in the same time. None but the last may use up the time of those after it.
/// </summary>
sealed class Endpoints(RemoteHostOptions host, IDialler dialler, TimeProvider time, ILogger logger)
{
    readonly EndpointLoads _loads = new(host, time, logger);

    /// <summary>Dials and establishes until an endpoint is ready.</summary>
    /// <param name="establish">Makes a dialled line ready; it closes the line where it fails.</param>
    /// <param name="within">The time that they share; less than the host's timeout where the caller has waited already.</param>
    /// <param name="deadline">Ends the whole of it; the cancellation then carries as its inner exception how far it had come.</param>
    /// <exception cref="HostUnavailableException">All have failed.</exception>
    public async Task<T> ReachAsync<T>(Func<DialledLine, CancellationToken, Task<T>> establish, TimeSpan within, CancellationToken deadline)
    {
        var began = time.GetTimestamp();
        var failures = new EndpointFailures(host);
        // What little one caller had left may be too little for any endpoint, and tells nothing of this one.
        var isWhole = within >= host.Timeout / 2;
        var left = new List<EndpointLoad>(_loads.All);
        while (true)
        {
            var load = _loads.Take(left);
            var share = ShareOf(within - time.GetElapsedTime(began), left.Count + 1);
            var attempt = new Attempt(host, load.Endpoint, share, time);
            var since = time.GetTimestamp();
            using var turn = new CancellationTokenSource(left.Count == 0 ? Timeout.InfiniteTimeSpan : share, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, deadline);
            try
            {
                var ready = await ReachAsync(load, attempt, establish, either.Token);
                _loads.Worked(load);
                return ready;
            }
            catch (HostUnavailableException e)
            {
                _loads.Failed(load, failures.Add(attempt, e));
            }
            catch (OperationCanceledException) when (!deadline.IsCancellationRequested)
            {
                var reason = failures.AddSilence(attempt, string.Create(CultureInfo.InvariantCulture,
                    $"nothing within {share.TotalSeconds:0.#}s, its share of {(isWhole ? "" : "what was left of ")}{host.Name("timeout", host.Timeout)}"));
                if (isWhole)
                    _loads.Failed(load, reason);
            }
            catch (OperationCanceledException)
            {
                var reason = failures.AddSilence(attempt, "nothing came of it in time");
                if (isWhole && time.GetElapsedTime(since) >= share)
                    _loads.Failed(load, reason);
                throw new OperationCanceledException("The connect was cut short.", failures.Sum(), deadline);
            }
            if (left.Count == 0)
                throw failures.Sum();
        }
    }

    async Task<T> ReachAsync<T>(
        EndpointLoad load, Attempt attempt, Func<DialledLine, CancellationToken, Task<T>> establish, CancellationToken cancellationToken)
    {
        DialledLine line;
        try
        {
            line = await dialler.DialAsync(attempt, cancellationToken);
        }
        catch
        {
            _loads.Release(load);
            throw;
        }
        var counted = new CountedStream(line.Stream, () => _loads.Release(load));
        try
        {
            return await establish(line with { Stream = counted }, cancellationToken);
        }
        catch
        {
            await counted.DisposeAsync();
            throw;
        }
    }

    static TimeSpan ShareOf(TimeSpan left, int endpoints) => left > TimeSpan.Zero ? left / endpoints : TimeSpan.Zero;
}
