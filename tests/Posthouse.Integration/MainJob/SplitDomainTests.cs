using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.MainJob;

/// <summary>One domain on two real Dovecots, as in the middle of a move: the one that knows a mailbox gets its mail.</summary>
[Trait("Executable", "Native")]
public class SplitDomainTests
{
    [Fact]
    public async Task Mail_goes_to_the_Dovecot_that_knows_its_recipient()
    {
        await using var former = await StartAsync(without: Account.Bob);
        await using var latter = await StartAsync(without: Account.Jane);
        await using var gateway = await GatewayProcess.StartAsync(new GatewayConfig
        {
            Remotes = $"{new RemoteText("former", "lmtp", former.LmtpPort)}{new RemoteText("latter", "lmtp", latter.LmtpPort)}{new RemoteText("imap", "imap", former.ImapPort)}",
            Recipients = "remote/former",
            Ladder = """["remote/former", "remote/latter"]""",
            Route = "{ by-lookup = true }",
        });

        foreach (var round in (string[])["asked", "kept"])
        {
            var transcript = await Swaks.RunAsync(gateway.Port, "--from", "a@example.net",
                "--to", $"{Account.Jane.Mailbox},{Account.Bob.Mailbox},{Account.Carol.Mailbox}", "--header", $"X-Mark: split-{round}");

            Assert.Equal(0, transcript.ExitCode);
            await former.MailboxOf(Account.Jane).MessageWithAsync($"X-Mark: split-{round}");
            await latter.MailboxOf(Account.Bob).MessageWithAsync($"X-Mark: split-{round}");
            // Both know Carol: the first rung that says yes has her.
            await former.MailboxOf(Account.Carol).MessageWithAsync($"X-Mark: split-{round}");
        }

        var unknown = await Swaks.RunAsync(gateway.Port, "--from", "a@example.net", "--to", "nobody@example.org", "--quit-after", "RCPT");
        Assert.StartsWith("550 5.1.1", unknown.ReplyTo("RCPT"), StringComparison.Ordinal);
    }

    /// <summary>Once Dovecot has noticed that it knows somebody no more.</summary>
    static async Task<DovecotServer> StartAsync(Account without)
    {
        var dovecot = await MailServers.StartDovecotAsync();
        try
        {
            dovecot.Remove(without);
            await Eventually.FindAsync("a no of Dovecot", async () =>
            {
                var transcript = await Swaks.RunAsync(dovecot.LmtpPort, "--protocol", "LMTP", "-tls", "--from", "a@example.net", "--to", without.Mailbox, "--quit-after", "RCPT");
                return transcript.ReplyTo("RCPT").StartsWith("550", StringComparison.Ordinal) ? transcript : null;
            });
            return dovecot;
        }
        catch
        {
            await dovecot.DisposeAsync();
            throw;
        }
    }
}
