using System.Globalization;
using System.Text;
using Posthouse.Integration.Clients;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.Relaying;

/// <summary>Mail that its next hop has taken before its client is answered.</summary>
public class CutThroughTests(MailServers servers)
{
    const string CutThrough = "cut-through";
    const long MostGrowth = 64L << 20;

    [Fact]
    public async Task Dovecot_has_a_message_before_its_client_hears_of_it()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await GatewayProcess.StartAsync(DovecotGateway.Config(dovecot) with { Delivery = CutThrough });
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("through");

        var reply = await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message.Bytes, " BODY=8BITMIME");
        // Nothing that is in the gateway's memory or in its queue takes it there now.
        await gateway.KillAsync();

        Assert.StartsWith("250 2.0.0 Delivered: ", reply.ToString(), StringComparison.Ordinal);
        DeliveredMessage.Read(await dovecot.MailboxOf(Account.Jane).MessageWithAsync(message.Mark), message.Bytes);
    }

    [Fact]
    public async Task Dovecot_answers_for_each_recipient_and_for_none_that_it_has_not()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await GatewayProcess.StartAsync(DovecotGateway.Config(dovecot) with { Delivery = CutThrough });
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("two");

        Assert.Equal(250, (await client.SayAsync("MAIL FROM:<someone@example.net> BODY=8BITMIME")).Code);
        Assert.Equal(250, (await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>")).Code);
        Assert.StartsWith("550 5.1.1", (await client.SayAsync("RCPT TO:<nobody@example.org>")).ToString(), StringComparison.Ordinal);
        Assert.Equal(250, (await client.SayAsync($"RCPT TO:<{Account.Bob.Mailbox}>")).Code);
        Assert.StartsWith("250 2.0.0 Delivered", (await client.DataAsync(message.Bytes)).ToString(), StringComparison.Ordinal);

        foreach (var account in (Account[])[Account.Jane, Account.Bob])
            DeliveredMessage.Read(await dovecot.MailboxOf(account).MessageWithAsync(message.Mark), message.Bytes);
    }

    [Fact]
    public async Task Postfix_has_a_message_under_its_own_id()
    {
        var postfix = await servers.PostfixAsync();
        await using var gateway = await GatewayProcess.StartAsync(PostfixGateway.Config(postfix) with { Delivery = CutThrough });
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("postfix-through");

        var reply = await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message.Bytes, " BODY=8BITMIME");

        Assert.StartsWith("250 2.0.0 Delivered: Ok: queued as ", reply.ToString(), StringComparison.Ordinal);
        Assert.Contains(reply.ToString()["250 2.0.0 Delivered: Ok: queued as ".Length..].Trim(), postfix.Log, StringComparison.Ordinal);
        DeliveredMessage.Read(await postfix.MailboxOf(Account.Jane).MessageWithAsync(message.Mark), message.Bytes);
    }

    [Fact]
    public async Task What_may_have_been_delivered_outlives_a_SIGKILL_and_comes_again()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config() with { Delivery = CutThrough });
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        remotes.Mail.Faults.OnCommand = static (verb, _) => verb == "." ? SandboxAction.Close : null;
        var message = TestMessage.Hostile("maybe");

        var reply = await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message.Bytes, " BODY=8BITMIME");
        await gateway.KillAsync();
        remotes.Mail.Faults.OnCommand = null;
        await gateway.StartAsync();

        Assert.StartsWith("250 2.0.0 Queued as ", reply.ToString(), StringComparison.Ordinal);
        await Eventually.FindAsync("the second copy", () => remotes.Accounts.Messages(Account.Jane.Mailbox) is { Count: 2 } both ? both : null, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_goes_through_in_bounded_memory()
    {
        await using var remotes = await SandboxRemotes.StartAsync(keepBodies: false);
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config() with { Delivery = CutThrough, MessageSize = "200MiB" });
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        await SendAsync(client, pieces: 4);
        var before = PeakMemory(gateway.Id);

        await SendAsync(client, pieces: 100);

        Assert.Equal(2, remotes.Mail.Journal.Messages);
        Assert.InRange(PeakMemory(gateway.Id) - before, 0, MostGrowth);
    }

    static async Task SendAsync(SmtpClientDialogue client, int pieces)
    {
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 1000)));
        await client.SayAsync("MAIL FROM:<someone@example.net>");
        await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>");
        Assert.Equal(354, (await client.SayAsync("DATA")).Code);
        for (var i = 0; i < pieces; i++)
            await client.WriteAsync(piece);
        Assert.StartsWith("250 2.0.0 Delivered", (await client.SayAsync(".")).ToString(), StringComparison.Ordinal);
    }

    static long PeakMemory(int process)
    {
        var peak = File.ReadLines($"/proc/{process}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(peak["VmHWM:".Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
    }
}
