using System.Globalization;
using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Health;

/// <summary>
/// Keeps requests from waiting for a host that is down, and the host from a storm of connects as it comes up. It opens after so
/// many failed connects in a row; after a cooldown one connect at a time may try, until one works. Safe for concurrent use.
/// </summary>
sealed class Breaker(RemoteHostOptions host, TimeProvider time, ILogger logger)
{
    readonly Lock _gate = new();
    int _failures;
    bool _isOpen;
    bool _isProbing;
    long _opened;
    TimeSpan _cooldown;
    HostUnavailableException? _latest;

    public BreakerState State
    {
        get
        {
            lock (_gate)
                return !_isOpen ? BreakerState.Closed : CooldownLeft > TimeSpan.Zero ? BreakerState.Open : BreakerState.HalfOpen;
        }
    }

    /// <summary>Whether a connect may begin now.</summary>
    public bool MayBegin
    {
        get
        {
            lock (_gate)
                return MayBeginLocked;
        }
    }

    /// <summary>Whether a connect is under way that decides whether others may follow.</summary>
    public bool IsProbing
    {
        get
        {
            lock (_gate)
                return _isProbing;
        }
    }

    bool MayBeginLocked => !_isOpen || (!_isProbing && CooldownLeft <= TimeSpan.Zero);

    TimeSpan CooldownLeft => _cooldown - time.GetElapsedTime(_opened);

    /// <summary>How long until a connect may try; null = one may now, or one does.</summary>
    public TimeSpan? ClosedFor
    {
        get
        {
            lock (_gate)
                return _isOpen && !_isProbing && CooldownLeft is { Ticks: > 0 } left ? left : null;
        }
    }

    /// <summary>Begins a connect, which must end in one of the three calls below with what this answers. Null: none may begin.</summary>
    public ConnectPass? TryBegin()
    {
        lock (_gate)
        {
            if (!MayBeginLocked)
                return null;
            _isProbing = _isOpen;
            return _isOpen ? ConnectPass.Probe : ConnectPass.Ordinary;
        }
    }

    public void Succeeded(ConnectPass pass)
    {
        lock (_gate)
        {
            EndProbe(pass);
            if (_isOpen)
                RemoteLog.BreakerClosed(logger, host.Id);
            _isOpen = false;
            _failures = 0;
        }
    }

    public void Failed(ConnectPass pass, HostUnavailableException failure)
    {
        lock (_gate)
        {
            EndProbe(pass);
            _latest = failure;
            _failures++;
            // A connect that began before the breaker opened tells nothing new when it fails at last.
            if (_failures < host.Breaker.Failures || (_isOpen && pass == ConnectPass.Ordinary))
                return;
            if (!_isOpen)
                RemoteLog.BreakerOpened(logger, host.Id, _failures, host.Breaker.Cooldown.TotalSeconds, failure.Message);
            _isOpen = true;
            _opened = time.GetTimestamp();
            _cooldown = host.Breaker.Cooldown * (0.9 + (0.2 * Random.Shared.NextDouble()));
        }
    }

    /// <summary>It was given up on our side and says nothing of the host.</summary>
    public void GivenUp(ConnectPass pass)
    {
        lock (_gate)
            EndProbe(pass);
    }

    /// <summary>Why nobody is connected now.</summary>
    public HostUnavailableException Refusal()
    {
        lock (_gate)
        {
            var left = CooldownLeft > TimeSpan.Zero ? CooldownLeft : TimeSpan.Zero;
            var wait = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalSeconds):0}s");
            var reason = string.Create(CultureInfo.InvariantCulture, $"breaker: {_failures} connects in a row failed, so none is begun for about {wait} (")
                + $"{host.Name("breaker.cooldown", host.Breaker.Cooldown)}); the latest: {_latest?.Message}";
            return new HostUnavailableException(reason, _latest?.Blame ?? Blame.Transport, cause: _latest) { IsUntried = true };
        }
    }

    void EndProbe(ConnectPass pass) => _isProbing &= pass != ConnectPass.Probe;
}

/// <summary>The leave to begin one connect.</summary>
enum ConnectPass
{
    /// <summary>One of many.</summary>
    Ordinary,

    /// <summary>The one that finds out whether the host is back.</summary>
    Probe,
}
