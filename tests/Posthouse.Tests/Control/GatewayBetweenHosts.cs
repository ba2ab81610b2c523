using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A whole gateway: one host knows the recipients, another takes the mail.</summary>
sealed class GatewayBetweenHosts : IAsyncDisposable
{
    static readonly SandboxAccounts Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip").AddUser("joe@example.org", "tulip");

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-control-");

    internal SandboxServer Directories { get; } = new(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = Accounts });

    internal SandboxServer Sink { get; } = new(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = Accounts });

    internal GatewayServer Gateway { get; private set; } = null!;

    internal string QueueFolder => Path.Combine(_folder.FullName, "queue");

    internal static async Task<GatewayBetweenHosts> StartAsync(ILoggerFactory? loggers = null, string more = "", TimeProvider? time = null, Action? beforeCommit = null)
    {
        var token = TestContext.Current.CancellationToken;
        var all = new GatewayBetweenHosts();
        await all.Directories.StartAsync(token);
        await all.Sink.StartAsync(token);
        var file = Path.Combine(all._folder.FullName, "posthouse.toml");
        await File.WriteAllTextAsync(file, all.Configuration() + more, token);
        all.Gateway = await GatewayServer.StartAsync(file, new GatewayServices
        {
            Loggers = loggers ?? NullLoggerFactory.Instance, Time = time ?? TimeProvider.System, BeforeCommit = beforeCommit,
        }, token);
        return all;
    }

    /// <summary>A client that has said EHLO.</summary>
    internal async Task<SocketClient> ConnectAsync()
    {
        var client = await SocketClient.ConnectAsync(Gateway.Endpoints["smtp"][0]);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await SayAsync(client, "EHLO client.example", "250 ");
        return client;
    }

    internal static async Task SayAsync(SocketClient client, string line, string expected)
    {
        await client.SendAsync(line + "\r\n");
        Assert.StartsWith(expected, await client.ReplyAsync(), StringComparison.Ordinal);
    }

    internal static async Task QueueAsync(SocketClient client, string text)
    {
        await SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await SayAsync(client, "RCPT TO:<jane@example.org>", "250 ");
        await SayAsync(client, "DATA", "354 ");
        await SayAsync(client, $"Subject: {text}\r\n\r\n{text}\r\n.", "250 2.0.0 ");
    }

    /// <summary>A session that will not get an answer: its recipient is being looked up at a host that hangs.</summary>
    internal async Task<SocketClient> LingerAsync()
    {
        var asked = Directories.Journal.Count("RCPT");
        Directories.Faults.OnCommand = static (verb, _) => verb == "RCPT" ? SandboxAction.Stall : null;
        var client = await ConnectAsync();
        await SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await client.SendAsync("RCPT TO:<joe@example.org>\r\n");
        await Directories.Journal.WaitAsync(() => Directories.Journal.Count("RCPT") > asked, TestContext.Current.CancellationToken);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        await Directories.DisposeAsync();
        await Sink.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    string Configuration() => $"""
        [server]
        hostname = "gw.example.org"
        [server.listener."smtp"]
        bind = ["{new IPEndPoint(IPAddress.Loopback, 0)}"]
        protocol = "smtp"
        [session.rcpt.lookup]
        addresses = "remote/directory"
        [queue]
        path = "{QueueFolder}"
        [queue.outbound]
        next-hop = "sink"
        [remote."directory"]
        address = "127.0.0.1"
        port = {Directories.Port}
        protocol = "lmtp"
        lookup = true
        [remote."directory".tls]
        implicit = false
        starttls = "disable"
        [remote."sink"]
        address = "127.0.0.1"
        port = {Sink.Port}
        protocol = "lmtp"
        concurrency = 1
        [remote."sink".tls]
        implicit = false
        starttls = "disable"

        """;
}
