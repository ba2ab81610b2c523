using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.MainJob;

/// <summary>RCPT, VRFY and EXPN at the gateway are questions to Dovecot's LMTP.</summary>
[Trait("Executable", "Native")]
public class RecipientTests(MailServers servers)
{
    [Theory]
    [InlineData("jane@example.org", "250 2.1.5")]
    [InlineData("jane@EXAMPLE.org", "250 2.1.5")]
    [InlineData("nobody@example.org", "550 5.1.1")]
    public async Task A_recipient_is_what_the_LMTP_host_says(string recipient, string reply)
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());

        var transcript = await Swaks.RunAsync(gateway.Port, "--from", "a@example.net", "--to", recipient, "--quit-after", "RCPT");

        Assert.StartsWith(reply, transcript.ReplyTo("RCPT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_cannot_relay_but_a_user_can()
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        await client.SayAsync("MAIL FROM:<a@example.net>");
        var stranger = await client.SayAsync("RCPT TO:<someone@elsewhere.example>");
        await client.SayAsync("RSET");

        await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);
        await client.SayAsync("MAIL FROM:<jane@example.org>");
        var user = await client.SayAsync("RCPT TO:<someone@elsewhere.example>");

        Assert.StartsWith("550 5.7.1", stranger.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.5", user.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VRFY jane@example.org")]
    [InlineData("EXPN staff@example.org")]
    public async Task A_question_that_Dovecot_does_not_answer_gets_252_from_the_gateway(string question)
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var stranger = await client.SayAsync(question);
        await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        var user = await client.SayAsync(question);

        Assert.StartsWith("252 2.5.1", stranger.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("252 2.5.0", user.ToString(), StringComparison.Ordinal);
    }
}
