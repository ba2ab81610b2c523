using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Sandboxes;

/// <summary>Much mail on few connections: the pool's promise, counted by the host.</summary>
public class ConnectionCountTests
{
    const int Clients = 20;
    const int Messages = 1_000;
    const int Concurrency = 10;
    const int Requests = 50;

    [Fact]
    public async Task A_thousand_messages_of_twenty_clients_take_few_connections()
    {
        await using var remotes = await SandboxRemotes.StartAsync(keepBodies: false);
        var config = remotes.Config(mail => mail with { Concurrency = Concurrency, Requests = Requests });
        await using var gateway = await GatewayProcess.StartAsync(config with { MessagesPerSession = Messages });
        foreach (var person in Account.People)
            await AssertKnownAsync(gateway, person);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => SendAsync(gateway, client)));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await remotes.Mail.Journal.WaitForMessagesAsync(Messages, deadline.Token);

        Assert.InRange(remotes.Mail.Journal.Connections, 1, Concurrency + (Messages / Requests));
        Assert.Equal(Messages, remotes.Mail.Journal.Messages);
    }

    static async Task AssertKnownAsync(GatewayProcess gateway, Account person)
    {
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        await client.SayAsync("MAIL FROM:<a@example.net>");
        Assert.Equal(250, (await client.SayAsync($"RCPT TO:<{person.Mailbox}>")).Code);
    }

    static async Task SendAsync(GatewayProcess gateway, int number)
    {
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        var message = TestMessage.Hostile($"client-{number}").Bytes;
        for (var sent = 0; sent < Messages / Clients; sent++)
        {
            var reply = await client.SendAsync("someone@example.net", Account.People[sent % Account.People.Length].Mailbox, message, " BODY=8BITMIME");
            Assert.Equal(250, reply.Code);
        }
    }
}
