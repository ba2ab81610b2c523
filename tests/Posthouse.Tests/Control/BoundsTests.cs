using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;
using Posthouse.Tests.Delivery;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A whole gateway with a throttle and a quota, whose next hop nobody answers at.</summary>
public sealed class BoundsTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-bounds-").FullName;
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    GatewayServer? _gateway;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string FileName => Path.Combine(_folder, "posthouse.toml");

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_throttle_keeps_its_counts_over_a_reload()
    {
        await StartAsync("one", "[[session.throttle]]\nkey = \"remote-ip\"\nconcurrency = 1\n");
        using (var first = await ConnectAsync("220 gw.example.org ESMTP one"))
        {
            (await ConnectAsync("421 4.7.0 Too many connections, try again later")).Dispose();
            await WriteAsync("two", "[[session.throttle]]\nkey = \"remote-ip\"\nconcurrency = 1\n");
            Assert.True((await _gateway!.ReloadAsync(Token)).IsApplied);
            (await ConnectAsync("421 4.7.0 Too many connections, try again later")).Dispose();
            Assert.Equal("221 2.0.0 Bye", await SayAsync(first, "QUIT"));
            Assert.Null(await first.ReplyAsync());
        }
        (await ConnectAsync("220 gw.example.org ESMTP two")).Dispose();
    }

    [Fact]
    public async Task A_quota_holds_over_restart_and_reload_and_ends_with_its_message()
    {
        const string Quota = "[[queue.quota]]\nkey = \"sender\"\nmessages = 1\n";
        await StartAsync("one", Quota);
        using (var client = await ConnectAsync("220 gw.example.org ESMTP one"))
        {
            await SayAsync(client, "HELO client.example");
            Assert.StartsWith("250", await SayAsync(client, "MAIL FROM:<ann@example.net>"), StringComparison.Ordinal);
            Assert.StartsWith("250", await SayAsync(client, "RCPT TO:<bob@example.com>"), StringComparison.Ordinal);
            Assert.StartsWith("354", await SayAsync(client, "DATA"), StringComparison.Ordinal);
            Assert.StartsWith("250", await SayAsync(client, "x\r\n."), StringComparison.Ordinal);
            Assert.Equal("452", await MailAsync(client, "ann@example.net"));
            Assert.Equal("250", await MailAsync(client, "joe@example.net"));
        }
        await _gateway!.DisposeAsync();

        await StartAsync("two", Quota);
        using var again = await ConnectAsync("220 gw.example.org ESMTP two");
        await SayAsync(again, "HELO client.example");
        Assert.Equal("452", await MailAsync(again, "ann@example.net"));
        // One that is new counts what is there.
        await WriteAsync("two", "[[queue.quota]]\nmessages = 1\n");
        Assert.True((await _gateway.ReloadAsync(Token)).IsApplied);
        Assert.Equal("452", await MailAsync(again, "joe@example.net"));
        var waiting = Assert.Single(await _gateway.Queue.ListAsync("", 10));
        while (await _gateway.Queue.ActAsync(waiting.Id, QueueAction.Cancel, withReport: false) == QueueAnswer.Busy)
            await Task.Yield();
        // The mark is written when its wait for company is over.
        string said;
        do
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            using var asking = await ConnectAsync("220 gw.example.org ESMTP two");
            await SayAsync(asking, "HELO client.example");
            said = await MailAsync(asking, "joe@example.net");
        }
        while (said == "452" && !Token.IsCancellationRequested);
        Assert.Equal("250", said);
    }

    Task WriteAsync(string greeting, string bounds) => File.WriteAllTextAsync(FileName, $$"""
        [server]
        hostname = "gw.example.org"
        greeting = "{{greeting}}"
        [server.listener.smtp]
        bind = "127.0.0.1:0"
        [session]
        duration = "10d"
        [session.rcpt]
        relay = true
        [queue]
        path = "{{_folder}}/queue"
        outbound.next-hop = "nobody"
        [remote.nobody]
        address = "127.0.0.1"
        port = 1
        protocol = "smtp"
        tls = { implicit = false, starttls = "disable" }
        {{bounds}}
        """, Token);

    async Task StartAsync(string greeting, string bounds)
    {
        await WriteAsync(greeting, bounds);
        _gateway = await GatewayServer.StartAsync(FileName, new GatewayServices { Loggers = NullLoggerFactory.Instance, Time = _time }, Token);
    }

    async Task<SocketClient> ConnectAsync(string greeting)
    {
        var client = await SocketClient.ConnectAsync(_gateway!.Endpoints["smtp"][0]);
        Assert.Equal(greeting, await client.ReplyAsync());
        return client;
    }

    static async Task<string> MailAsync(SocketClient client, string sender)
    {
        var reply = await SayAsync(client, $"MAIL FROM:<{sender}>");
        await SayAsync(client, "RSET");
        return reply![..3];
    }

    static async Task<string?> SayAsync(SocketClient client, string line)
    {
        await client.SendAsync(line + "\r\n");
        return await client.ReplyAsync();
    }
}
