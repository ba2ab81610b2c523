using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// Makes a connection ready for requests, for a client where the host is told of one in front of everything else; fails with
/// <see cref="HostUnavailableException"/>. Endpoints share what time there is, which the deadline ends.
/// </summary>
delegate Task<T> Establish<T>(ConnectionKind kind, ClientIdentity? client, TimeSpan within, CancellationToken deadline);

/// <summary>
/// Makes a pool's connections, each under one deadline, turns whatever goes wrong into one kind of failure, and tells the breaker what
/// came of it.
/// </summary>
sealed class Connector<T>(RemoteHostOptions host, Establish<T> establish, PoolServices services) : IDisposable
    where T : HostConnection
{
    readonly CancellationTokenSource _stop = new();
    readonly TimeProvider _time = services.Time;
    readonly ILogger _logger = services.Logger;
    long _opened;

    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>Ends the connects under way, and whatever else nobody waits for, and lets no other begin.</summary>
    public void Stop() => _stop.Cancel();

    public CancellationToken Stopping => _stop.Token;

    public void Dispose() => _stop.Dispose();

    public HostUnavailableException OutOfService() => new($"remote.{host.Id} was taken out of service");

    /// <param name="shelf">Where the connection belongs.</param>
    /// <param name="client">For whom it is made, if it is made for one.</param>
    /// <param name="pass">The breaker's leave.</param>
    /// <param name="within">At most the host's timeout.</param>
    /// <param name="cancellationToken">The caller's, where a caller makes it.</param>
    public async Task<T> OpenAsync(int shelf, ClientIdentity? client, ConnectPass pass, TimeSpan within, CancellationToken cancellationToken)
    {
        // It ends a little before the patience of those who wait for it, so that they hear how far it came.
        using var deadline = new CancellationTokenSource(within > TimeSpan.Zero ? within * 0.99 : TimeSpan.Zero, _time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token, cancellationToken);
        var kind = Shelves.KindOf(shelf);
        var start = _time.GetTimestamp();
        HostUnavailableException failure;
        T? connection = null;
        try
        {
            connection = await establish(kind, client, within, any.Token);
            connection.Shelf = shelf;
            Interlocked.Increment(ref _opened);
            services.Breaker.Succeeded(pass);
            services.Metrics.Connected(_time.GetElapsedTime(start), hasFailed: false);
            services.Metrics.SawCertificate(connection.CertificateExpiry);
            RemoteLog.Connected(_logger, host.Id, kind == ConnectionKind.LoggedIn);
            return connection;
        }
        catch (HostUnavailableException e)
        {
            failure = e;
        }
        // What one caller had left of its patience may be too little for any host, and tells nothing of this one.
        catch (OperationCanceledException e) when (!deadline.IsCancellationRequested || within < host.Timeout / 2)
        {
            services.Breaker.GivenUp(pass);
            cancellationToken.ThrowIfCancellationRequested();
            throw _stop.IsCancellationRequested ? OutOfService() : NotInTime(e);
        }
        catch (OperationCanceledException e)
        {
            failure = NotInTime(e);
        }
        catch (Exception e)
        {
            // A fault of ours must not cost the slot, nor leave a waiter without an answer.
            connection?.Wire.Break("a fault of ours");
            RemoteLog.ConnectFault(_logger, host.Id, e);
            failure = new HostUnavailableException($"a fault of ours while connecting: {e.GetType().Name}", Blame.Definition, cause: e);
        }
        services.Metrics.Connected(_time.GetElapsedTime(start), hasFailed: true);
        RemoteLog.ConnectFailed(_logger, host.Id, failure.Message);
        // A host that will have no more of us while others stand has a limit, and is not down.
        if (failure.IsTurnedAway && IsAnyStanding())
            services.Breaker.GivenUp(pass);
        else
            services.Breaker.Failed(pass, failure);
        throw failure;
    }

    bool IsAnyStanding()
    {
        lock (services.Slots.Gate)
            return services.Slots.Standing > 0;
    }

    HostUnavailableException NotInTime(OperationCanceledException e) => new(
        $"not established within {host.Name("timeout", host.Timeout)}{(e.InnerException is HostUnavailableException reached ? $": {reached.Message}" : "")}");
}
