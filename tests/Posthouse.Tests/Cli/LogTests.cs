using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Logging;

namespace Posthouse.Tests.Cli;

public class LogTests
{
    static readonly DateTimeOffset Time = new(2026, 11, 23, 10, 17, 49, 123, TimeSpan.FromHours(2));

    [Theory]
    [InlineData("done", "msg=done")]
    [InlineData("", "msg=\"\"")]
    [InlineData("two words", "msg=\"two words\"")]
    [InlineData("say \"a\\b\"", "msg=\"say \\\"a\\\\b\\\"\"")]
    [InlineData("250 ok\r\ntime=2000-01-01 level=error", "msg=\"250 ok\\r\\ntime=2000-01-01 level=error\"")]
    [InlineData("\u001b]0;x\u0007\u2028\u202e\0", "msg=\"\\u001b]0;x\\u0007\\u2028\\u202e\\u0000\"")]
    [InlineData("Grüße 📯", "msg=\"Grüße 📯\"")]
    public void A_message_is_one_field_on_one_line(string message, string expected)
    {
        var line = LogfmtLine.Format(Time, LogLevel.Information, "Posthouse.Gateway.Queue", new EventId(1, "Committed"), message, null);

        Assert.Equal($"time=2026-11-23T08:17:49.123Z level=info source=Gateway.Queue event=Committed {expected}", line);
    }

    [Fact]
    public void A_warning_names_its_exception_and_an_error_its_place_too()
    {
        var exception = new IOException("disk\nfull");

        var warning = LogfmtLine.Format(Time, LogLevel.Warning, "Kestrel", default, "m", exception);
        var error = LogfmtLine.Format(Time, LogLevel.Critical, "Kestrel", default, "m", exception);

        Assert.EndsWith(" level=warn source=Kestrel msg=m error=\"IOException: disk\\nfull\"", warning, StringComparison.Ordinal);
        Assert.EndsWith(" level=error source=Kestrel msg=m error=\"System.IO.IOException: disk\\nfull\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_logged_is_written_in_order_by_the_time_the_log_is_closed()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using (var loggers = GatewayLogging.Create(output, LogLevel.Information, new FakeTimeProvider(Time)))
        {
            var ours = loggers.CreateLogger("Posthouse.Sessions");
            Write(ours, LogLevel.Information, "one");
            Write(ours, LogLevel.Debug, "too quiet");
            Write(loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel"), LogLevel.Information, "of no interest");
            Write(loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel"), LogLevel.Warning, "two");
        }

        Assert.Equal(
            """
            time=2026-11-23T08:17:49.123Z level=info source=Sessions msg=one
            time=2026-11-23T08:17:49.123Z level=warn source=Microsoft.AspNetCore.Server.Kestrel msg=two

            """, output.ToString());
    }

    [Fact]
    public async Task A_reader_that_stalls_costs_lines_and_their_number_is_told()
    {
        using var output = new StalledWriter();
        using (var provider = new LineLoggerProvider(output, new FakeTimeProvider(Time)))
        {
            var log = provider.CreateLogger("Posthouse.Sessions");
            Write(log, LogLevel.Information, "first");
            await output.Reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            for (var i = 0; i < 8192 + 3; i++)
                Write(log, LogLevel.Information, "more");
            output.Go.Set();
        }

        Assert.Equal(1 + 8192 + 1, output.Lines.Count);
        Assert.EndsWith("msg=\"3 lines were lost: the log is read too slowly\"", output.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trace", false, LogLevel.Trace)]
    [InlineData("trace", true, LogLevel.Trace)]
    [InlineData("info", false, LogLevel.Information)]
    [InlineData("warn", false, LogLevel.Warning)]
    [InlineData("error", true, LogLevel.Debug)]
    [InlineData("disable", false, LogLevel.None)]
    public void Verbose_asks_for_at_least_debug(string configured, bool verbose, LogLevel expected) =>
        Assert.Equal(expected, GatewayLogging.Level(configured, verbose));

    static void Write(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, (state, _) => state);

    sealed class StalledWriter : StringWriter
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Go { get; } = new();

        public List<string> Lines { get; } = [];

        public override void WriteLine(string? value)
        {
            Reached.TrySetResult();
            Go.Wait();
            Lines.Add(value!);
        }
    }
}
