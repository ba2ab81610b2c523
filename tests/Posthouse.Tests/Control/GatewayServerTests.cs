using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A whole gateway in this process, from a client's socket to a host's.</summary>
public sealed class GatewayServerTests : IAsyncLifetime
{
    readonly GatewayFolder _site = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _site.Host.StartAsync(Token);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    Task<GatewayServer> StartAsync(string text) => _site.StartAsync(text, new GatewayServices { Loggers = NullLoggerFactory.Instance });

    [Fact]
    public async Task An_http_listener_stays_closed_and_the_others_open()
    {
        var gateway = await StartAsync(_site.Text(more: "[server.listener.api]\nbind = \"127.0.0.1:0\"\nprotocol = \"http\"\n"));
        Assert.Equal(["smtp"], gateway.Endpoints.Keys);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"remote/host\"")]
    public async Task Mail_for_a_bare_postmaster_arrives_as_the_gateways_own(string recipients)
    {
        var gateway = await StartAsync(_site.Text(recipients: recipients));
        using var client = await SocketClient.ConnectAsync(gateway.Endpoints["smtp"][0]);
        await client.ReplyAsync();
        foreach (var line in (string[])["EHLO [127.0.0.1]", "MAIL FROM:<a@b.example>", "RCPT TO:<Postmaster>", "DATA"])
        {
            await client.SendAsync(line + "\r\n");
            Assert.Matches("^(250|354) ", await client.ReplyAsync());
        }

        await client.SendAsync("Subject: x\r\n\r\nhelp\r\n.\r\n");
        Assert.StartsWith("250 2.0.0 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await _site.Host.Journal.WaitForMessagesAsync(1, Token);
        Assert.Contains(_site.Host.Journal.Entries, entry => entry.Text.StartsWith("RCPT TO:<Postmaster@gw.example.org>", StringComparison.Ordinal));
    }
}
