using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Gateway.Sessions.CutThrough;

namespace Posthouse.Tests.Sessions;

/// <summary>A session over memory pipes with a clock, lookups and a queue that the test holds.</summary>
sealed class SessionUnderTest : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly MemoryConnection _connection = new();
    readonly CancellationTokenSource _draining = new();
    readonly CancellationTokenSource _aborted = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 8, 15, 0, TimeSpan.Zero));
    public FakeIntake Intake { get; } = new();
    public FakeLookups Lookups { get; } = new();
    public RecordingLogger Log { get; } = new();
    public KnownLogins KnownLogins { get; } = new();
    internal SessionThrottles Throttles { get; set; } = new(TimeProvider.System);
    internal QuotaLedger Quotas { get; set; } = new(static () => []);
    public SessionModel Model { get; set; } = TestModels.Session;
    public QueueModel Queue { get; set; } = new();
    public INextHops NextHops { get; set; } = NoNextHops.Instance;
    public Dictionary<string, AddressList> Lists { get; } = [];
    public Setting<string> Greeting { get; set; } = "ready";
    public ClientConnection Connection { get; set; } = new()
    {
        Listener = new ListenerModel { Id = "smtp", Protocol = ListenerProtocol.Smtp, Bind = [] },
        Transport = null!,
        RemoteIp = IPAddress.Parse("192.0.2.7"),
        LocalIp = IPAddress.Parse("192.0.2.1"),
    };

    public Task<SessionEnd> Ended { get; private set; } = Task.FromResult(SessionEnd.Fault);

    public SessionUnderTest Lmtp()
    {
        Connection = Connection with { Listener = Connection.Listener with { Id = "lmtp", Protocol = ListenerProtocol.Lmtp } };
        return this;
    }

    public SessionUnderTest Tls()
    {
        Connection = Connection with { Tls = TestModels.Tls };
        return this;
    }

    public SessionUnderTest Loopback()
    {
        Connection = Connection with { RemoteIp = IPAddress.Loopback };
        return this;
    }

    public SessionUnderTest With(Func<SessionModel, SessionModel> change)
    {
        Model = change(Model);
        return this;
    }

    public SessionUnderTest Start()
    {
        var services = new SessionServices
        {
            Logins = Lookups, Recipients = Lookups, Intake = Intake, NextHops = NextHops, Logger = Log, Time = Time, KnownLogins = KnownLogins, Throttles = Throttles, Quotas = Quotas,
        };
        var connection = Connection with { Transport = _connection.Server, Aborted = _aborted.Token };
        Ended = RunAsync();
        return this;

        async Task<SessionEnd> RunAsync()
        {
            var end = await SmtpSession.RunAsync(connection, TestModels.Gateway(Model, Lists, Greeting) with { Queue = Queue }, services, _draining.Token);
            await _connection.Server.Output.CompleteAsync();
            await _connection.Server.Input.CompleteAsync();
            return end;
        }
    }

    public IDuplexPipe Client => _connection.Client;

    public void Drain() => _draining.Cancel();

    public void Abort() => _aborted.Cancel();

    public async Task SendAsync(string octets) => await _connection.Client.Output.WriteAsync(Encoding.Latin1.GetBytes(octets));

    public async Task CloseAsync() => await _connection.Client.Output.CompleteAsync();

    /// <summary>One reply line with its CRLF cut, or null at the end.</summary>
    public async Task<string?> LineAsync()
    {
        while (true)
        {
            var result = await _connection.Client.Input.ReadAsync().AsTask().WaitAsync(Patience);
            var text = Encoding.UTF8.GetString(result.Buffer);
            if (text.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var end)
            {
                _connection.Client.Input.AdvanceTo(result.Buffer.GetPosition(Encoding.UTF8.GetByteCount(text[..end]) + 2));
                return text[..end];
            }

            if (result.IsCompleted)
            {
                Assert.Equal("", text);
                return null;
            }

            _connection.Client.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>All that has come, without waiting for more.</summary>
    public string Unread()
    {
        if (!_connection.Client.Input.TryRead(out var result))
            return "";
        var text = Encoding.UTF8.GetString(result.Buffer);
        _connection.Client.Input.AdvanceTo(result.Buffer.End);
        return text;
    }

    /// <summary>Everything up to the session's end.</summary>
    public async Task<string> RestAsync()
    {
        var rest = new StringBuilder();
        while (await LineAsync() is { } line)
            rest.Append(line).Append("\r\n");
        return rest.ToString();
    }

    /// <summary>
    /// Plays a dialogue: <c>C:</c> lines are sent with CRLF, <c>S:</c> lines must come exactly so (<c>…</c> at the end = and anything more),
    /// <c>S: closed</c> is the end.
    /// </summary>
    public async Task<SessionUnderTest> PlayAsync(string dialogue)
    {
        foreach (var line in dialogue.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("C:", StringComparison.Ordinal))
            {
                await SendAsync(line[2..].TrimStart() + "\r\n");
                continue;
            }

            var expected = line["S:".Length..].TrimStart();
            var got = await LineAsync() ?? "closed";
            if (expected.EndsWith('…'))
                Assert.StartsWith(expected[..^1], got, StringComparison.Ordinal);
            else
                Assert.Equal(expected, got);
        }

        return this;
    }

    /// <summary>Starts and says hello.</summary>
    public async Task<SessionUnderTest> GreetedAsync(string hello = "EHLO client.example.net")
    {
        Start();
        await LineAsync();
        await SendAsync(hello + "\r\n");
        while ((await LineAsync())![3] == '-')
        {
        }

        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _aborted.Cancel();
        await _connection.Client.Output.CompleteAsync();
        await Ended.WaitAsync(Patience);
        _draining.Dispose();
        _aborted.Dispose();
    }
}

sealed class RecordingLogger : ILogger<SmtpSession>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
}
