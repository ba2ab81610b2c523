using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.Sandboxes;

/// <summary>What Dovecot and Postfix cannot be asked: VRFY and EXPN with values, and AUTH on LMTP.</summary>
public class QuestionTests
{
    [Theory]
    [InlineData(SandboxProtocol.Lmtp)]
    [InlineData(SandboxProtocol.Smtp)]
    public async Task VRFY_and_EXPN_show_a_user_what_the_host_says_and_a_stranger_nothing(SandboxProtocol protocol)
    {
        await using var remotes = await SandboxRemotes.StartAsync(protocol);
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var stranger = await client.SayAsync("EXPN staff@example.org");
        await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        var verified = await client.SayAsync("VRFY jane@example.org");
        var unknown = await client.SayAsync("VRFY nobody@example.org");
        var expanded = await client.SayAsync("EXPN staff@example.org");

        Assert.StartsWith("252 2.5.1", stranger.ToString(), StringComparison.Ordinal);
        Assert.Equal(250, verified.Code);
        Assert.Contains("jane@example.org", verified.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", unknown.ToString(), StringComparison.Ordinal);
        Assert.Equal(250, expanded.Code);
        Assert.Contains(expanded.Lines, line => line.Contains("jane@example.org", StringComparison.Ordinal));
        Assert.Contains(expanded.Lines, line => line.Contains("bob@example.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_question_asked_twice_is_asked_of_the_host_once()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        for (var i = 0; i < 2; i++)
        {
            await using var client = await gateway.ConnectAsync();
            await client.StartTlsAsync();
            Assert.Equal(235, (await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret)).Code);
            Assert.Equal(250, (await client.SayAsync("VRFY jane@example.org")).Code);
            Assert.Equal(250, (await client.SayAsync("EXPN staff@example.org")).Code);
            await client.SayAsync("MAIL FROM:<a@example.net>");
            Assert.Equal(250, (await client.SayAsync("RCPT TO:<jane@example.org>")).Code);
            Assert.Equal(550, (await client.SayAsync("RCPT TO:<nobody@example.org>")).Code);
        }

        Assert.Equal(1, remotes.Imap.Journal.Count("AUTHENTICATE") + remotes.Imap.Journal.Count("LOGIN"));
        Assert.Equal(1, remotes.Mail.Journal.Count("VRFY"));
        Assert.Equal(1, remotes.Mail.Journal.Count("EXPN"));
        Assert.Equal(2, remotes.Mail.Journal.Count("RCPT"));
        Assert.Equal(0, remotes.Mail.Journal.Count("DATA"));
    }

    [Theory]
    [InlineData(SandboxProtocol.Lmtp)]
    [InlineData(SandboxProtocol.Smtp)]
    public async Task What_the_host_said_holds_while_it_is_stopped_and_what_it_was_not_asked_is_put_off(SandboxProtocol protocol)
    {
        await using var remotes = await SandboxRemotes.StartAsync(protocol);
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);
        await client.SayAsync("MAIL FROM:<jane@example.org>");
        string[] questions = ["VRFY jane@example.org", "VRFY nobody@example.org", "EXPN staff@example.org", "RCPT TO:<bob@example.org>", "RCPT TO:<nobody@example.org>"];
        var before = new List<SmtpReply>();
        foreach (var question in questions)
            before.Add(await client.SayAsync(question));

        await remotes.Mail.StopAsync();

        foreach (var (question, reply) in questions.Zip(before))
            Assert.Equal(reply.ToString(), (await client.SayAsync(question)).ToString());
        Assert.Equal([250, 550, 250, 250, 550], before.Select(reply => reply.Code));
        Assert.StartsWith("252 2.5.0", (await client.SayAsync("VRFY bob@example.org")).ToString(), StringComparison.Ordinal);
        Assert.StartsWith("451 4.4.3", (await client.SayAsync("RCPT TO:<carol@example.org>")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_can_be_logged_in_by_an_LMTP_host()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config() with { Logins = "remote/lmtp" });
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();

        var wrong = await client.AuthPlainAsync(Account.Jane.Mailbox, "wrong");
        var right = await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.StartsWith("535 5.7.8", wrong.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("235 2.7.0", right.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_of_the_gateway_itself_is_an_outage_and_not_an_unknown_recipient()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config(mail => mail with { Auth = (Account.RelayServer.Mailbox, "wrong") }));
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        await client.SayAsync("MAIL FROM:<a@example.net>");

        var reply = await client.SayAsync("RCPT TO:<jane@example.org>");

        Assert.StartsWith("451 4.4.3", reply.ToString(), StringComparison.Ordinal);
    }
}
