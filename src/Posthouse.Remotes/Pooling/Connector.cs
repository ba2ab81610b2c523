using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>Makes a pool's connections, each under one deadline, and turns whatever goes wrong into one kind of failure.</summary>
sealed class Connector<T>(
    RemoteHostOptions host, Func<ConnectionKind, CancellationToken, Task<T>> connect, TimeProvider time, ILogger logger) : IDisposable
    where T : HostConnection
{
    readonly CancellationTokenSource _stop = new();
    long _opened;

    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>Ends the connects under way and lets no other begin.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    public HostUnavailableException OutOfService() => new($"remote.{host.Id} was taken out of service");

    public async Task<T> OpenAsync(ConnectionKind kind, TimeSpan within, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(within > TimeSpan.Zero ? within : TimeSpan.Zero, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token, cancellationToken);
        try
        {
            var connection = await connect(kind, any.Token);
            Interlocked.Increment(ref _opened);
            RemoteLog.Connected(logger, host.Id, kind == ConnectionKind.LoggedIn);
            return connection;
        }
        catch (HostUnavailableException e)
        {
            RemoteLog.ConnectFailed(logger, host.Id, e.Message);
            throw;
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_stop.IsCancellationRequested)
                throw OutOfService();
            var reached = e.InnerException is HostUnavailableException failure ? $": {failure.Message}" : "";
            var reason = $"not established within {host.Name("timeout", host.Timeout)}{reached}";
            RemoteLog.ConnectFailed(logger, host.Id, reason);
            throw new HostUnavailableException(reason);
        }
        catch (Exception e)
        {
            // A fault of ours must not cost the slot, nor leave a waiter without an answer.
            RemoteLog.ConnectFault(logger, host.Id, e);
            throw new HostUnavailableException($"a fault of ours while connecting: {e.GetType().Name}", Blame.Definition, cause: e);
        }
    }
}
