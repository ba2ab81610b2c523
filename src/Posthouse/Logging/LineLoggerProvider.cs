using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Posthouse.Logging;

/// <summary>
/// Writes log lines to one writer from one thread of its own, so that a slow reader of stdout never stalls a mail session: once the
/// buffer is full lines are dropped, and their number is told as soon as there is room.
/// </summary>
sealed class LineLoggerProvider : ILoggerProvider
{
    const int Capacity = 8192;
    static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    readonly BlockingCollection<string> _lines = new(Capacity);
    readonly TextWriter _output;
    readonly TimeProvider _time;
    readonly Thread _writer;
    long _dropped;

    /// <summary>The writer stays the caller's.</summary>
    public LineLoggerProvider(TextWriter output, TimeProvider time)
    {
        _output = output;
        _time = time;
        _writer = new Thread(WriteLines) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    public void Dispose()
    {
        _lines.CompleteAdding();
        _writer.Join(LastFlush);
    }

    void Add(LogLevel level, string category, EventId id, string message, Exception? exception)
    {
        var line = LogfmtLine.Format(_time.GetUtcNow(), level, category, id, message, exception);
        try
        {
            if (!_lines.TryAdd(line))
                Interlocked.Increment(ref _dropped);
        }
        catch (InvalidOperationException)
        {
            // Logged after the end: nobody reads it any more.
        }
    }

    void WriteLines()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            try
            {
                _output.WriteLine(line);
                if (_lines.Count > 0)
                    continue;
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var lost)
                    _output.WriteLine(LogfmtLine.Format(_time.GetUtcNow(), LogLevel.Warning, "Posthouse.Logging", default, $"{lost} lines were lost: the log is read too slowly", null));
                _output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // A log that cannot be written (full disk, closed pipe) is no reason to stop taking mail.
            }
        }
    }

    sealed class LineLogger(LineLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Add(logLevel, category, eventId, formatter(state, exception), exception);
        }
    }
}
