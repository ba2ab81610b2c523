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

    // Also the lock over it. The thread waits on a monitor, which sleeps at once: a wait that spins first costs more than the lines.
    readonly Queue<string> _lines = new(Capacity);
    readonly TextWriter _output;
    readonly TimeProvider _time;
    readonly Thread _writer;
    long _dropped;
    bool _isEnding;

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
        lock (_lines)
        {
            _isEnding = true;
            Monitor.Pulse(_lines);
        }
        _writer.Join(LastFlush);
    }

    void Add(LogLevel level, string category, EventId id, string message, Exception? exception)
    {
        var line = LogfmtLine.Format(_time.GetUtcNow(), level, category, id, message, exception);
        lock (_lines)
        {
            // Logged after the end: nobody reads it any more.
            if (_isEnding)
                return;
            if (_lines.Count == Capacity)
            {
                _dropped++;
                return;
            }
            _lines.Enqueue(line);
            if (_lines.Count == 1)
                Monitor.Pulse(_lines);
        }
    }

    void WriteLines()
    {
        while (Next() is var (lines, lost) && lines.Length > 0)
        {
            try
            {
                foreach (var line in lines)
                    _output.WriteLine(line);
                if (lost > 0)
                    _output.WriteLine(LogfmtLine.Format(_time.GetUtcNow(), LogLevel.Warning, "Posthouse.Logging", default, $"{lost} lines were lost: the log is read too slowly", null));
                _output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // A log that cannot be written (full disk, closed pipe) is no reason to stop taking mail.
            }
        }
    }

    /// <summary>All that wait, and how many found no room; no lines at the end.</summary>
    (string[] Lines, long Lost) Next()
    {
        lock (_lines)
        {
            while (_lines.Count == 0 && !_isEnding)
                Monitor.Wait(_lines);
            var next = (_lines.ToArray(), _dropped);
            _lines.Clear();
            _dropped = 0;
            return next;
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
