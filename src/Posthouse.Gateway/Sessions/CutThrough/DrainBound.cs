using Posthouse.Gateway.Sessions.Channel;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>
/// How long a hop may take while its client waits: as long as the session lives, and once the gateway stops only <see cref="Patience"/> more. What is left of
/// the time to drain is for the commit of what the hop leaves, and for the reply to it: a client that is cut off without one sends the message again.
/// </summary>
sealed class DrainBound : IDisposable
{
    /// <summary>A second less than <c>posthouse serve</c> has to drain.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    readonly CancellationToken _session;
    readonly CancellationTokenSource _over;
    readonly CancellationTokenRegistration _ended, _draining;

    /// <param name="session">The client's session.</param>
    /// <param name="time">Its clock.</param>
    public DrainBound(SessionDeadline session, TimeProvider time)
    {
        _session = session.Always;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _ended = _session.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
        _draining = session.Draining.UnsafeRegister(static over => ((CancellationTokenSource)over!).CancelAfter(Patience), _over);
        Token = _over.Token;
    }

    /// <summary>Fires when the hop is waited for no longer.</summary>
    public CancellationToken Token { get; }

    /// <summary>The gateway stops, and the client is there to be answered.</summary>
    public bool IsOver => _over.IsCancellationRequested && !_session.IsCancellationRequested;

    public void Dispose()
    {
        _ended.Dispose();
        _draining.Dispose();
        _over.Dispose();
    }
}
