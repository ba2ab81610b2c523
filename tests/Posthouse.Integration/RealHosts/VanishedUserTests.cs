using Microsoft.Extensions.Time.Testing;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Integration.RealHosts;

/// <summary>A user whom Dovecot knew and knows no more: the cached yes holds for its time and no longer.</summary>
public class VanishedUserTests
{
    [Fact]
    public async Task A_mailbox_that_vanishes_exists_until_its_answer_has_aged_and_then_no_more()
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        var time = new FakeTimeProvider();
        await using var host = Host(RemoteProtocol.Lmtp, dovecot.LmtpPort, time);
        Assert.Equal(AnswerKind.Yes, (await host.CheckAsync(Account.Bob.Mailbox)).Kind);

        dovecot.Remove(Account.Bob);
        await using (var other = Host(RemoteProtocol.Lmtp, dovecot.LmtpPort, TimeProvider.System, entries: 0))
            await UntilNoAsync(() => other.CheckAsync(Account.Bob.Mailbox));

        var kept = await host.CheckAsync(Account.Bob.Mailbox);
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), (kept.Kind, kept.Source));
        time.Advance(TimeSpan.FromMinutes(11));
        var asked = await host.CheckAsync(Account.Bob.Mailbox);
        Assert.Equal((AnswerKind.No, AnswerSource.Host), (asked.Kind, asked.Source));
        Assert.Equal((0, 1), (host.Host.Snapshot().PositiveEntries, host.Host.Snapshot().NegativeEntries));
        var outcome = Assert.Single(await host.RelayAsync(TestMessage.Hostile("vanished").Bytes, Account.Bob.Mailbox));
        Assert.Equal((Disposition.Permanent, 550), (outcome.Disposition, outcome.Reply.Code));
    }

    [Fact]
    public async Task A_login_that_vanishes_is_right_until_its_answer_has_aged_and_then_no_more()
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        var time = new FakeTimeProvider();
        await using var host = Host(RemoteProtocol.Imap, dovecot.ImapsPort, time);
        Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(Account.Bob)).Kind);

        dovecot.Remove(Account.Bob);
        await using (var other = Host(RemoteProtocol.Imap, dovecot.ImapsPort, TimeProvider.System, entries: 0))
            await UntilNoAsync(() => other.LogInAsync(Account.Bob));

        Assert.Equal(AnswerSource.Cache, (await host.LogInAsync(Account.Bob)).Source);
        Assert.Equal(AnswerKind.No, (await host.LogInAsync(Account.Bob.Mailbox, "wrong")).Kind);
        time.Advance(TimeSpan.FromMinutes(11));
        var asked = await host.LogInAsync(Account.Bob);
        Assert.Equal((AnswerKind.No, AnswerSource.Host), (asked.Kind, asked.Source));
        Assert.Equal(0, host.Host.Snapshot().PositiveEntries);
    }

    static RealHost Host(RemoteProtocol protocol, int port, TimeProvider time, int entries = 100)
    {
        var options = RealHost.Options(protocol, port, protocol == RemoteProtocol.Imap ? Line.ImplicitTls : Line.StartTls) with
        {
            Cache = new RemoteCacheOptions { Entries = entries, Positive = TimeSpan.FromMinutes(10), Refresh = TimeSpan.FromMinutes(10) },
        };
        return new RealHost(options, new RemoteHostServices { Time = time });
    }

    static Task<Answer> UntilNoAsync(Func<Task<Answer>> ask) => Eventually.FindAsync("a no of Dovecot", async () =>
        await ask() is { Kind: AnswerKind.No } no ? no : null);
}
