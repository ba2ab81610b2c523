using Posthouse.Integration.Clients;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Relaying;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.MainJob;

/// <summary>DATA at the gateway ends up in a mailbox of Dovecot's, to the byte.</summary>
[Trait("Executable", "Native")]
public class DeliveryTests(MailServers servers)
{
    [Fact]
    public async Task A_message_of_a_stranger_arrives_byte_for_byte_under_one_Received()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await DovecotGateway.StartAsync(dovecot);
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("stranger");

        var reply = await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message.Bytes, " BODY=8BITMIME");

        Assert.StartsWith("250 2.0.0", reply.ToString(), StringComparison.Ordinal);
        var delivered = DeliveredMessage.Read(await dovecot.MailboxOf(Account.Jane).MessageWithAsync(message.Mark), message.Bytes);
        var received = Assert.Single(DeliveredMessage.Fields(delivered.Gateway));
        Assert.Contains("from client.example.org", received, StringComparison.Ordinal);
        Assert.Contains("with ESMTPS", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_added_for_a_user_stands_in_one_block_with_Received_first()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await DovecotGateway.StartAsync(dovecot);
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);
        var message = TestMessage.WithoutDateAndId("user");

        await client.SendAsync(Account.Jane.Mailbox, Account.Bob.Mailbox, message.Bytes);

        var delivered = DeliveredMessage.Read(await dovecot.MailboxOf(Account.Bob).MessageWithAsync(message.Mark), message.Bytes);
        var names = DeliveredMessage.Fields(delivered.Gateway).Select(field => field[..field.IndexOf(':', StringComparison.Ordinal)].ToUpperInvariant()).ToArray();
        Assert.Equal("RECEIVED", names[0]);
        Assert.Equal(["DATE", "MESSAGE-ID"], names.Skip(1).Order(StringComparer.Ordinal));
        Assert.Contains("with ESMTPSA", delivered.Gateway, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_message_reaches_each_of_its_recipients()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await DovecotGateway.StartAsync(dovecot);
        var mark = TestMessage.NewMark("three");

        var transcript = await Swaks.RunAsync(gateway.Port, "-tls", "--from", "someone@example.net",
            "--to", string.Join(',', Account.People.Select(person => person.Mailbox)), "--header", $"X-Mark: {mark}");

        Assert.Equal(0, transcript.ExitCode);
        foreach (var person in Account.People)
            await dovecot.MailboxOf(person).MessageWithAsync(mark);
    }
}
