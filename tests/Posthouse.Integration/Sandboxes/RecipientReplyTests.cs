using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;
using Posthouse.Wire.Replies;

namespace Posthouse.Integration.Sandboxes;

/// <summary>LMTP answers for each recipient after the dot, and each answer counts for its recipient alone.</summary>
public class RecipientReplyTests
{
    [Fact]
    public async Task A_recipient_put_off_after_the_dot_is_tried_again_without_the_others()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        remotes.Accounts.SetAfterData(Account.Bob.Mailbox, new Reply(452, new EnhancedCode(4, 3, 1), "Later"));
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("per-recipient");

        await client.SayAsync("MAIL FROM:<someone@example.net> BODY=8BITMIME");
        await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>");
        await client.SayAsync($"RCPT TO:<{Account.Bob.Mailbox}>");
        var reply = await client.DataAsync(message.Bytes);
        await Eventually.FindAsync("a second try for bob", () => remotes.Mail.Journal.Count("DATA") + remotes.Mail.Journal.Count("BDAT") >= 2 ? message : null);
        remotes.Accounts.SetAfterData(Account.Bob.Mailbox, null);

        Assert.StartsWith("250 2.0.0", reply.ToString(), StringComparison.Ordinal);
        await remotes.FirstMessageAsync(Account.Bob);
        Assert.Single(remotes.Accounts.Messages(Account.Jane.Mailbox));
    }

    [Fact]
    public async Task A_full_mailbox_and_a_refused_one_are_told_as_what_they_are()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        remotes.Accounts.SetFull(Account.Jane.Mailbox, true);
        remotes.Accounts.SetRefused(Account.Bob.Mailbox, new Reply(550, new EnhancedCode(5, 2, 1), "Mailbox disabled"));
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        await client.SayAsync("MAIL FROM:<a@example.net>");

        var full = await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>");
        var refused = await client.SayAsync($"RCPT TO:<{Account.Bob.Mailbox}>");

        Assert.StartsWith("452 4.2.2", full.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("550 5.2.1", refused.ToString(), StringComparison.Ordinal);
    }
}
