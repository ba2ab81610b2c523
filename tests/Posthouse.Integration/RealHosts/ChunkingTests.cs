using System.Text;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>Bodies by BDAT to hosts that offer CHUNKING, and by DATA to the same hosts: what lies in the mailbox is what was sent.</summary>
public class ChunkingTests(MailServers servers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Postfix_has_the_message_to_the_octet(bool chunking)
    {
        var postfix = await servers.PostfixAsync();
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Smtp, postfix.Port, Line.StartTls) with { Chunking = chunking });
        await SendAllAsync(host, postfix.MailboxOf(Account.Jane));
        await host.DisposeAsync();
        await Eventually.FindAsync("Postfix' count of the commands", () => postfix.Log.Contains(chunking ? " bdat=" : " data=", StringComparison.Ordinal) ? postfix : null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dovecot_has_the_message_to_the_octet(bool chunking)
    {
        var dovecot = await servers.DovecotAsync();
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Lmtp, dovecot.LmtpPort, Line.StartTls) with { Chunking = chunking });
        await SendAllAsync(host, dovecot.MailboxOf(Account.Jane));
    }

    [Fact]
    public async Task Dovecot_answers_for_each_recipient_after_the_last_chunk()
    {
        var dovecot = await servers.DovecotAsync();
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Lmtp, dovecot.LmtpPort, Line.StartTls));
        var message = TestMessage.Hostile("chunked");
        var outcomes = await host.RelayAsync(message.Bytes, Account.Jane.Mailbox, "nobody@example.org", Account.Bob.Mailbox);
        Assert.Equal([Disposition.Delivered, Disposition.Permanent, Disposition.Delivered], outcomes.Select(static outcome => outcome.Disposition));
        await dovecot.MailboxOf(Account.Jane).MessageEndingWithAsync(message.Bytes);
        await dovecot.MailboxOf(Account.Bob).MessageEndingWithAsync(message.Bytes);
    }

    static async Task SendAllAsync(RealHost host, Maildir mailbox)
    {
        foreach (var text in Bodies())
        {
            var octets = Encoding.Latin1.GetBytes(text);
            Assert.Equal(Disposition.Delivered, Assert.Single(await host.RelayAsync(octets, Account.Jane.Mailbox)).Disposition);
            await mailbox.MessageEndingWithAsync(octets);
        }
        Assert.Equal(Disposition.Delivered, Assert.Single(await host.RelayAsync([], Account.Jane.Mailbox)).Disposition);
    }

    static IEnumerable<string> Bodies()
    {
        string Head() => $"Subject: {TestMessage.NewMark("chunks")}\r\n\r\n";
        yield return Head();
        yield return Head() + ".\r\n..\r\n.x\r\n\r\n.\r\n";
        yield return Head() + "MAIL FROM:<>\r\nDATA\r\nRSET\r\nQUIT\r\n.\r\n";
        // Three chunks, the seams within lines that begin with dots.
        yield return Head() + string.Concat(Enumerable.Range(0, 2000).Select(static i => $".{i} {new string('.', i % 90)}\r\n"));
    }
}
