using Posthouse.Integration.Clients;

namespace Posthouse.Integration.Servers;

/// <summary>What the other tests build on: how the servers answer when nothing stands in front of them.</summary>
public class ServersAnswerTests(MailServers servers)
{
    [Theory]
    [InlineData("jane@example.org", "250 2.1.5")]
    [InlineData("nobody@example.org", "550 5.1.1")]
    public async Task Dovecot_knows_its_recipients_over_LMTP_and_STARTTLS(string recipient, string reply)
    {
        var dovecot = await servers.DovecotAsync();

        var transcript = await Swaks.RunAsync(dovecot.LmtpPort, "--protocol", "LMTP", "-tls", "--from", "a@example.net", "--to", recipient, "--quit-after", "RCPT");

        Assert.StartsWith(reply, transcript.ReplyTo("RCPT"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("correct horse battery", "235 2.7.0")]
    [InlineData("wrong", "535 5.7.8")]
    public async Task Postfix_asks_Dovecot_about_logins(string secret, string reply)
    {
        var postfix = await servers.PostfixAsync();

        var transcript = await Swaks.RunAsync(postfix.Port, "-tls", "--auth", "PLAIN", "--auth-user", Account.Jane.Mailbox, "--auth-password", secret, "--quit-after", "AUTH");

        Assert.StartsWith(reply, transcript.ReplyTo("AUTH PLAIN"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postfix_delivers_to_a_mailbox_and_refuses_an_unknown_one()
    {
        var postfix = await servers.PostfixAsync();

        var sent = await Swaks.RunAsync(postfix.Port, "-tls", "--from", "a@example.net", "--to", "bob@example.org", "--header", "X-Mark: straight-to-postfix");
        var refused = await Swaks.RunAsync(postfix.Port, "-tls", "--from", "a@example.net", "--to", "nobody@example.org", "--quit-after", "RCPT");

        Assert.Equal(0, sent.ExitCode);
        await postfix.MailboxOf(Account.Bob).MessageWithAsync("X-Mark: straight-to-postfix");
        Assert.StartsWith("550 5.1.1", refused.ReplyTo("RCPT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dovecot_comes_back_on_its_ports()
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await dovecot.StopAsync();
        await dovecot.StartAsync();

        await using var client = await SmtpClientDialogue.ConnectAsync(dovecot.LmtpPort);

        Assert.Equal(220, client.Greeting.Code);
    }
}
