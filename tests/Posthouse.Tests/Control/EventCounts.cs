using Microsoft.Extensions.Logging;

namespace Posthouse.Tests.Control;

/// <summary>Counts events by name.</summary>
sealed class EventCounts : ILoggerFactory, ILogger
{
    readonly Lock _gate = new();
    readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Count(string name)
    {
        lock (_gate)
            return _counts.GetValueOrDefault(name);
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            var name = eventId.Name ?? "";
            _counts[name] = _counts.GetValueOrDefault(name) + 1;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
