using Posthouse.Integration.Clients;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Relaying;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.MainJob;

/// <summary>Both remotes are gone for a while: what is known goes on, what is not is put off, and nothing is lost.</summary>
[Trait("Executable", "Native")]
public class OutageTests
{
    [Fact]
    public async Task Cached_answers_go_on_while_both_hosts_are_stopped_and_new_questions_are_put_off()
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await using var gateway = await DovecotGateway.StartAsync(dovecot);
        Assert.Equal("235", await LogInAsync(gateway, Account.Jane.Mailbox, Account.Jane.Secret));
        Assert.Equal("535", await LogInAsync(gateway, Account.Jane.Mailbox, "wrong"));
        Assert.Equal("250 2.1.5", await RecipientAsync(gateway, "jane@example.org"));
        Assert.Equal("550 5.1.1", await RecipientAsync(gateway, "nobody@example.org"));

        await dovecot.StopAsync();

        Assert.Equal("235", await LogInAsync(gateway, Account.Jane.Mailbox, Account.Jane.Secret));
        Assert.Equal("535", await LogInAsync(gateway, Account.Jane.Mailbox, "wrong"));
        Assert.Equal("250 2.1.5", await RecipientAsync(gateway, "jane@example.org"));
        Assert.Equal("550 5.1.1", await RecipientAsync(gateway, "nobody@example.org"));

        // Never asked before: a temporary failure, never a guess.
        Assert.Equal("454", await LogInAsync(gateway, Account.Bob.Mailbox, Account.Bob.Secret));
        Assert.Equal("454", await LogInAsync(gateway, Account.Jane.Mailbox, "wrong in another way"));
        Assert.Equal("451 4.4.3", await RecipientAsync(gateway, "bob@example.org"));
    }

    [Fact]
    public async Task A_message_taken_while_the_host_is_stopped_arrives_once_it_is_back()
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await using var gateway = await DovecotGateway.StartAsync(dovecot);
        Assert.Equal("250 2.1.5", await RecipientAsync(gateway, "jane@example.org"));
        await dovecot.StopAsync();
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("outage");

        var reply = await client.SendAsync("someone@example.net", "jane@example.org", message.Bytes, " BODY=8BITMIME");
        await dovecot.StartAsync();

        Assert.StartsWith("250 2.0.0", reply.ToString(), StringComparison.Ordinal);
        var delivered = await dovecot.MailboxOf(Account.Jane).MessageWithAsync(message.Mark, TimeSpan.FromSeconds(40));
        DeliveredMessage.Read(delivered, message.Bytes);
    }

    static async Task<string> LogInAsync(GatewayProcess gateway, string user, string secret)
    {
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        return (await client.AuthPlainAsync(user, secret)).ToString()[..3];
    }

    static async Task<string> RecipientAsync(GatewayProcess gateway, string recipient)
    {
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        await client.SayAsync("MAIL FROM:<someone@example.net>");
        return (await client.SayAsync($"RCPT TO:<{recipient}>")).ToString()[..9];
    }
}
