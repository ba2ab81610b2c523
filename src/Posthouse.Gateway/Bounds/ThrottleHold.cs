namespace Posthouse.Gateway.Bounds;

/// <summary>A place in throttles, given back once however often it is disposed.</summary>
sealed class ThrottleHold(Action? leave) : IDisposable
{
    Action? _leave = leave;

    /// <summary>A place that takes no room.</summary>
    internal static ThrottleHold Nothing { get; } = new(null);

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
