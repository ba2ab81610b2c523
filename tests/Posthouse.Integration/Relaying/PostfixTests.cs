using Posthouse.Integration.Clients;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Relaying;

/// <summary>The same work on a remote that speaks SMTP.</summary>
public class PostfixTests(MailServers servers)
{
    [Theory]
    [InlineData("PLAIN", "correct horse battery", "235 2.7.0")]
    [InlineData("LOGIN", "correct horse battery", "235 2.7.0")]
    [InlineData("PLAIN", "wrong", "535 5.7.8")]
    public async Task AUTH_is_asked_of_the_SMTP_host(string mechanism, string secret, string reply)
    {
        await using var gateway = await PostfixGateway.StartAsync(await servers.PostfixAsync());

        var transcript = await Swaks.RunAsync(gateway.Port, "-tls", "--auth", mechanism, "--auth-user", Account.Jane.Mailbox,
            "--auth-password", secret, "--quit-after", "AUTH");

        Assert.StartsWith(reply, transcript.AuthReply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jane@example.org", "250 2.1.5")]
    [InlineData("nobody@example.org", "550 5.1.1")]
    public async Task RCPT_is_asked_of_the_SMTP_host(string recipient, string reply)
    {
        await using var gateway = await PostfixGateway.StartAsync(await servers.PostfixAsync());

        var transcript = await Swaks.RunAsync(gateway.Port, "--from", "a@example.net", "--to", recipient, "--quit-after", "RCPT");

        Assert.StartsWith(reply, transcript.ReplyTo("RCPT"), StringComparison.Ordinal);
    }

    // Postfix says 252 for a mailbox it would take, 550 for one it would not, and has no EXPN.
    [Theory]
    [InlineData("VRFY jane@example.org", "252 2.5.0")]
    [InlineData("VRFY nobody@example.org", "550 5.1.1")]
    [InlineData("EXPN staff@example.org", "252 2.5.0")]
    public async Task VRFY_and_EXPN_are_asked_of_the_SMTP_host(string question, string expected)
    {
        await using var gateway = await PostfixGateway.StartAsync(await servers.PostfixAsync());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        var reply = await client.SayAsync(question);

        Assert.StartsWith(expected, reply.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_is_relayed_by_a_gateway_that_logs_in_itself()
    {
        var postfix = await servers.PostfixAsync();
        await using var gateway = await PostfixGateway.StartAsync(postfix);
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("postfix");

        var reply = await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message.Bytes, " BODY=8BITMIME");

        Assert.StartsWith("250 2.0.0", reply.ToString(), StringComparison.Ordinal);
        var delivered = await postfix.MailboxOf(Account.Jane).MessageWithAsync(message.Mark);
        DeliveredMessage.Read(delivered, message.Bytes);
        Assert.Contains($"sasl_username={Account.RelayServer.Mailbox}", postfix.Log, StringComparison.Ordinal);
    }
}
