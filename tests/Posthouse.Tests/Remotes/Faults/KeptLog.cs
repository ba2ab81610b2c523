using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Keeps what is logged.</summary>
sealed class KeptLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<(LogLevel Level, string? Event, string Text)> Lines { get; } = new();

    public IEnumerable<string> Of(string name) => Lines.Where(line => line.Event == name).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, eventId.Name, $"{formatter(state, exception)} {exception}"));

    public void Dispose()
    {
    }
}
