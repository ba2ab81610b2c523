using System.Net.Sockets;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

public class ForwardedClientTests
{
    [Fact]
    public async Task XCLIENT_begins_the_session_anew_for_whom_it_tells()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { XClient = ["ADDR", "LOGIN"], RequireAuth = true });
        await using var client = await stage.SmtpAsync();
        Assert.Contains("250-XCLIENT ADDR LOGIN", await client.ReplyAsync("EHLO client.test"));
        await client.AskAsync("XCLIENT ADDR=192.0.2.7 LOGIN=jane", "220 sandbox.test ESMTP sandbox");
        await client.AskAsync("MAIL FROM:<a@b.example>", "503 5.5.1 Command out of order");
        await client.ReplyAsync("EHLO client.test");
        await client.AskAsync("AUTH PLAIN AGEAYg==", "503 5.5.1 Command out of order");
        await client.AskAsync("MAIL FROM:<a@b.example>", "250 2.1.0 Sender OK");
        await client.AskAsync("XCLIENT ADDR=192.0.2.8", "503 5.5.1 Command out of order");
        await client.AskAsync("RSET", "250 2.0.0 OK");
        await client.AskAsync("XCLIENT LOGIN=[UNAVAILABLE]", "220 sandbox.test ESMTP sandbox");
        await client.ReplyAsync("EHLO client.test");
        await client.AskAsync("MAIL FROM:<a@b.example>", "530 5.7.0 Authentication required");

        var seen = stage.Journal.Entries.Where(entry => entry.Text == "MAIL FROM:<a@b.example>").Select(entry => entry.Client);
        var jane = new SandboxClient { Address = "192.0.2.7", Login = "jane" };
        Assert.Equal([jane, jane, jane with { Login = null }], seen);
    }

    [Theory]
    [InlineData("XCLIENT", "501 5.5.4 Argument missing or malformed")]
    [InlineData("XCLIENT ADDR", "501 5.5.4 Argument missing or malformed")]
    [InlineData("XCLIENT PORT=25", "501 5.5.4 Argument missing or malformed")]
    [InlineData("XCLIENTS ADDR=192.0.2.7", "500 5.5.1 Command not known")]
    public async Task XCLIENT_tells_only_what_is_listed(string line, string reply)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { XClient = ["ADDR"] });
        await using var client = await stage.SmtpAsync();
        await client.AskAsync(line, reply);
        Assert.All(stage.Journal.Entries, entry => Assert.Null(entry.Client));
    }

    [Fact]
    public async Task XCLIENT_is_not_known_unless_it_is_offered()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Lmtp);
        await using var client = await stage.LmtpAsync();
        await client.AskAsync("XCLIENT ADDR=192.0.2.7", "500 5.5.1 Command not known");
    }

    [Fact]
    public async Task The_first_ID_tells_the_client_and_a_second_does_not()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        await using var client = await stage.ImapAsync();
        await client.AskAsync("a1 ID (\"x-originating-ip\" \"192.0.2.7\" \"name\" NIL)", "* ID (\"name\" \"sandbox\")", "a1 OK ID done");
        await client.AskAsync("a2 ID (\"x-originating-ip\" \"192.0.2.8\")", "* ID (\"name\" \"sandbox\")", "a2 OK ID done");
        await client.AskAsync("a3 NOOP", "a3 OK NOOP done");
        Assert.Equal("192.0.2.7", Assert.Single(stage.Journal.Entries, entry => entry.Text == "a3 NOOP").Client!.Address);
    }

    [Theory]
    [InlineData("454844C0")]
    [InlineData("0D0A0D0A000D0A515549540A2111FFFF")]
    public async Task Without_a_PROXY_header_nothing_is_served(string octets)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { ProxyV2 = true });
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", stage.Server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Convert.FromHexString(octets.PadRight(32, '0')), TestContext.Current.CancellationToken);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }
}
