using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

public class LmtpDialogueTests
{
    [Fact]
    public async Task Each_recipient_has_a_reply_of_its_own_after_the_dot_in_rcpt_order()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Lmtp);
        await using var client = await stage.LmtpAsync();
        stage.Accounts.SetAfterData("jane@example.org", new(452, new(4, 2, 2), "Over quota"));
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("RCPT TO:<john@example.org>", "250 2.1.5 Recipient OK");
        await client.AskAsync("RCPT TO:<nobody@example.org>", "550 5.1.1 User unknown");
        await client.AskAsync("RCPT TO:<jane@example.org>", "250 2.1.5 Recipient OK");
        await client.AskAsync("DATA", "354 End data with <CR><LF>.<CR><LF>");
        await client.AskAsync("x\r\n.", "250 2.0.0 Message taken", "452 4.2.2 Over quota");
        await client.AskAsync("NOOP", "250 2.0.0 OK");
        Assert.Equal(["john@example.org"], Assert.Single(stage.Accounts.Messages("john@example.org")).Recipients);
        Assert.Empty(stage.Accounts.Messages("jane@example.org"));
        Assert.Equal(1, stage.Journal.Messages);
    }

    [Fact]
    public async Task A_last_chunk_gets_a_reply_for_each_recipient_as_well()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Lmtp);
        await using var client = await stage.LmtpAsync();
        await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<john@example.org>\r\nRCPT TO:<jane@example.org>\r\nBDAT 1\r\nxBDAT 1 LAST\r\ny");
        await client.ExpectAsync(
            "250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "250 2.1.5 Recipient OK",
            "250 2.0.0 1 octets received", "250 2.0.0 Message taken", "250 2.0.0 Message taken");
        Assert.Equal("xy"u8, Assert.Single(stage.Accounts.Messages("jane@example.org")).Body.Span);
    }

    [Fact]
    public async Task Without_a_recipient_there_is_no_data_and_without_lhlo_no_mail()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Lmtp);
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.ExpectAsync("220 sandbox.test LMTP sandbox");
        await client.AskAsync("EHLO client.test", "500 5.5.1 Command not known");
        await client.AskAsync("HELO client.test", "500 5.5.1 Command not known");
        await client.AskAsync("MAIL FROM:<>", "503 5.5.1 Command out of order");
        await client.ReplyAsync("LHLO client.test");
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("DATA", "503 5.5.1 Command out of order");
    }

    [Fact]
    public async Task The_line_can_be_lost_after_the_first_of_two_replies()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Lmtp);
        stage.Faults.OnCommand = (verb, line) => (verb, line) is (".", "jane@example.org") ? SandboxAction.Close : null;
        await using var client = await stage.LmtpAsync();
        await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<john@example.org>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        await client.ExpectAsync("250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "250 2.1.5 Recipient OK", "354 End data with <CR><LF>.<CR><LF>");
        await client.AskAsync("x\r\n.", "250 2.0.0 Message taken");
        await client.ExpectEndAsync();
        Assert.Single(stage.Accounts.Messages("jane@example.org"));
    }
}
