using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A whole gateway in this process, from a client's socket to a host's.</summary>
public sealed class GatewayServerTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;
    readonly SandboxServer _host = new(new SandboxOptions
    {
        Protocol = SandboxProtocol.Lmtp,
        Accounts = new SandboxAccounts().AddUser("Postmaster@gw.example.org", "tulip"),
    });

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task<GatewayServer> StartAsync(string more)
    {
        await _host.StartAsync(Token);
        var path = Path.Combine(_folder, "posthouse.toml");
        await File.WriteAllTextAsync(
            path,
            $$"""
            [server]
            hostname = "gw.example.org"
            [server.listener.smtp]
            bind = "127.0.0.1:0"
            [queue]
            path = "{{_folder}}/queue"
            outbound.next-hop = "host"
            [remote.host]
            address = "127.0.0.1"
            port = {{_host.Port}}
            protocol = "lmtp"
            lookup = true
            tls = { implicit = false, starttls = "disable" }
            {{more}}
            """,
            Token);
        return await GatewayServer.StartAsync(path, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token);
    }

    [Fact]
    public async Task An_http_listener_stays_closed_and_the_others_open()
    {
        await using var gateway = await StartAsync("[server.listener.api]\nbind = \"127.0.0.1:0\"\nprotocol = \"http\"\n");
        Assert.Equal(["smtp"], gateway.Endpoints.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[session.rcpt.lookup]\naddresses = \"remote/host\"\n")]
    public async Task Mail_for_a_bare_postmaster_arrives_as_the_gateways_own(string lookup)
    {
        await using var gateway = await StartAsync(lookup);
        using var client = await SocketClient.ConnectAsync(gateway.Endpoints["smtp"][0]);
        await client.ReplyAsync();
        foreach (var line in (string[])["EHLO [127.0.0.1]", "MAIL FROM:<a@b.example>", "RCPT TO:<Postmaster>", "DATA"])
        {
            await client.SendAsync(line + "\r\n");
            Assert.Matches("^(250|354) ", await client.ReplyAsync());
        }

        await client.SendAsync("Subject: x\r\n\r\nhelp\r\n.\r\n");
        Assert.StartsWith("250 2.0.0 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await _host.Journal.WaitForMessagesAsync(1, Token);
        Assert.Contains(_host.Journal.Entries, entry => entry.Text.StartsWith("RCPT TO:<Postmaster@gw.example.org>", StringComparison.Ordinal));
    }
}
