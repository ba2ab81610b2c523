using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Imap;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Forwarding;

public class UnauthenticateTests
{
    [Fact]
    public async Task One_connection_serves_user_after_user()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap, serve: options => options with { Unauthenticate = true });
        var connection = await new SystemDialler(TimeProvider.System).ConnectImapAsync(box.Host.Options);

        foreach (var (user, secret, kind) in new[]
        {
            ("jane@example.org", "tulip", AnswerKind.Yes), ("joe@example.org", "wrong", AnswerKind.No), ("joe@example.org", "tulip", AnswerKind.Yes),
        })
        {
            Assert.Equal(kind, await AskAsync(connection, user, secret));
            Assert.Equal(kind == AnswerKind.Yes, connection.IsUntidy);
            if (connection.IsUntidy)
            {
                Assert.False(connection.IsReusable);
                await connection.TidyAsync(SandboxedHost.Token);
            }
            Assert.True(connection.IsReusable);
        }

        Assert.Equal((1, 2, 3), (box.Journal.Connections, box.Journal.Count("UNAUTHENTICATE"), connection.Requests));
        await connection.CloseAsync();
    }

    [Fact]
    public async Task The_answer_does_not_wait_for_it_and_what_was_offered_is_asked_anew()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n");
            await SayOkAsync(peer, "AUTHENTICATE PLAIN AGphbmVAZXhhbXBsZS5vcmcAdHVsaXA=", "OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] in");
            await SayOkAsync(peer, "UNAUTHENTICATE", "OK out", "* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\n");
            await SayOkAsync(peer, "CAPABILITY", "OK", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n");
        });
        var connection = await ConnectAsync(dialler);
        Assert.Equal(AnswerKind.Yes, await AskAsync(connection));
        Assert.True(connection.IsUntidy);

        await connection.TidyAsync(SandboxedHost.Token);
        Assert.True(connection.IsReusable);
        Assert.True(connection.Capabilities!.LoginDisabled);
        Assert.Empty(connection.Capabilities.AuthMechanisms);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task Capabilities_that_come_with_the_OK_are_not_asked_for()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] hello\r\n");
            await SayOkAsync(peer, "LOGIN \"jane@example.org\" \"tulip\"", "OK in");
            await SayOkAsync(peer, "UNAUTHENTICATE", "OK [CAPABILITY IMAP4rev1 SASL-IR] out");
        });
        var connection = await ConnectAsync(dialler);
        Assert.Equal(AnswerKind.Yes, await AskAsync(connection));
        await connection.TidyAsync(SandboxedHost.Token);
        Assert.True(connection.IsReusable);
        Assert.True(connection.Capabilities is { SaslIr: true, Unauthenticate: false });
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("OK [CAPABILITY IMAP4rev1] in")]
    [InlineData("OK in")]
    public async Task Without_the_offer_a_connection_belongs_to_its_user_for_good(string ok)
    {
        var offer = ok == "OK in" ? "IMAP4rev1" : "IMAP4rev1 UNAUTHENTICATE";
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync($"* OK [CAPABILITY {offer}] hello\r\n");
            await SayOkAsync(peer, "LOGIN \"jane@example.org\" \"tulip\"", ok);
        });
        var connection = await ConnectAsync(dialler);
        Assert.Equal(AnswerKind.Yes, await AskAsync(connection));
        Assert.Equal((false, false), (connection.IsUntidy, connection.IsReusable));
    }

    [Theory]
    [InlineData("{0} NO not now\r\n")]
    [InlineData("{0} BAD what\r\n")]
    [InlineData("+ go on\r\n")]
    [InlineData("* BYE\r\n")]
    [InlineData("other OK out\r\n")]
    [InlineData("{0} OK out\r\n{0} OK in\r\n")]
    [InlineData("* PREAUTH jane\r\n{0} OK out\r\n")]
    [InlineData("")]
    public async Task Anything_but_a_plain_OK_closes_the_connection_and_nothing_is_thrown(string answer)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] hello\r\n");
            await SayOkAsync(peer, "LOGIN \"jane@example.org\" \"tulip\"", "OK in");
            var tag = (await peer.LineAsync()).Split(' ')[0];
            await peer.SayAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, answer, tag));
        });
        var connection = await ConnectAsync(dialler);
        Assert.Equal(AnswerKind.Yes, await AskAsync(connection));
        await connection.TidyAsync(SandboxedHost.Token);
        Assert.Equal((true, false), (connection.IsBroken, connection.IsReusable));
    }

    [Fact]
    public async Task A_cancellation_closes_it_too()
    {
        var asked = new TaskCompletionSource();
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] hello\r\n");
            await SayOkAsync(peer, "LOGIN \"jane@example.org\" \"tulip\"", "OK in");
            await peer.LineAsync();
            asked.SetResult();
            await peer.ExpectCloseAsync();
        });
        var connection = await ConnectAsync(dialler);
        Assert.Equal(AnswerKind.Yes, await AskAsync(connection));
        using var enough = new CancellationTokenSource();
        var tidying = connection.TidyAsync(enough.Token);
        await asked.Task;
        await enough.CancelAsync();
        await tidying;
        Assert.True(connection.IsBroken);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_connection_at_its_limit_is_not_tidied()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] hello\r\n");
            await SayOkAsync(peer, "LOGIN \"jane@example.org\" \"tulip\"", "OK in");
        });
        var connection = await ConnectAsync(dialler, options => options with { Limits = new RemoteLimits { Requests = 1 } });
        Assert.Equal(AnswerKind.Yes, await AskAsync(connection));
        Assert.Equal((false, false), (connection.IsUntidy, connection.IsReusable));
    }

    static async Task SayOkAsync(ScriptedPeer peer, string command, string answer, string untagged = "")
    {
        var line = await peer.LineAsync();
        Assert.EndsWith(" " + command, line, StringComparison.Ordinal);
        await peer.SayAsync($"{untagged}{line.Split(' ')[0]} {answer}\r\n");
    }

    static async Task<ImapConnection> ConnectAsync(ScriptedDialler dialler, Func<RemoteHostOptions, RemoteHostOptions>? define = null)
    {
        await using var host = dialler.Host(RemoteProtocol.Imap, define);
        return await dialler.ConnectImapAsync(host.Options);
    }

    static async Task<AnswerKind> AskAsync(ImapConnection connection, string user = "jane@example.org", string secret = "tulip")
    {
        using var credentials = Clients.Jane(user, secret);
        return (await ImapLogin.AskAsync(connection, credentials, null, SandboxedHost.Token)).Answer.Kind;
    }
}
