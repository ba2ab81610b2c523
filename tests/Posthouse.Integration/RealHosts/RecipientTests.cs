using Posthouse.Integration.Corpus;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>Recipients that Dovecot and Postfix know or do not, and the mail that they take.</summary>
public class RecipientTests(MailServers servers)
{
    [Theory]
    [InlineData(Line.StartTls)]
    [InlineData(Line.Clear)]
    public async Task Dovecot_says_over_LMTP_who_has_a_mailbox_and_takes_mail_for_those(Line line)
    {
        var dovecot = await servers.DovecotAsync();
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Lmtp, dovecot.LmtpPort, line));
        var message = TestMessage.Hostile($"dovecot-{line}");

        Assert.Equal(AnswerKind.Yes, (await host.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await host.CheckAsync("nobody@example.org")).Kind);
        var outcomes = await host.RelayAsync(message.Bytes, "jane@example.org", "nobody@example.org");

        Assert.Equal([Disposition.Delivered, Disposition.Permanent], outcomes.Select(outcome => outcome.Disposition));
        Assert.Equal([Blame.None, Blame.Host], outcomes.Select(outcome => outcome.Blame));
        await dovecot.MailboxOf(Account.Jane).MessageEndingWithAsync(message.Bytes);
    }

    [Fact]
    public async Task Postfix_says_over_SMTP_who_has_a_mailbox_and_takes_mail_for_those()
    {
        var postfix = await servers.PostfixAsync();
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Smtp, postfix.Port, Line.StartTls) with { Auth = RealHost.Auth(Account.RelayServer) });
        var message = TestMessage.Hostile("postfix");

        Assert.Equal(AnswerKind.Yes, (await host.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await host.CheckAsync("nobody@example.org")).Kind);
        var outcomes = await host.RelayAsync(message.Bytes, "jane@example.org", "nobody@example.org");

        Assert.Equal([Disposition.Delivered, Disposition.Permanent], outcomes.Select(outcome => outcome.Disposition));
        await postfix.MailboxOf(Account.Jane).MessageEndingWithAsync(message.Bytes);
    }

    [Fact]
    public async Task Mail_to_another_domain_is_refused_by_Postfix_without_a_word_on_whether_the_mailbox_exists()
    {
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Smtp, (await servers.PostfixAsync()).Port, Line.StartTls));

        var answer = await host.CheckAsync("someone@elsewhere.example");

        Assert.Equal(AnswerKind.Refused, answer.Kind);
        Assert.Equal(554, answer.Reply?.Code);
    }

    [Fact]
    public async Task VRFY_is_unavailable_where_Postfix_only_says_that_it_would_try_and_EXPN_where_it_has_none()
    {
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Smtp, (await servers.PostfixAsync()).Port, Line.StartTls));

        var known = await host.Host.VerifyAsync("jane@example.org", TestContext.Current.CancellationToken);
        var unknown = await host.Host.VerifyAsync("nobody@example.org", TestContext.Current.CancellationToken);
        var list = await host.Host.ExpandAsync("staff@example.org", TestContext.Current.CancellationToken);

        Assert.Equal((AnswerKind.Unavailable, 252), (known.Kind, known.Reply?.Code));
        Assert.Equal(AnswerKind.No, unknown.Kind);
        Assert.Equal(AnswerKind.Unavailable, list.Kind);
        Assert.Equal(0, host.Host.Snapshot().PositiveEntries);
        Assert.Equal(1, host.Host.Snapshot().NegativeEntries);
    }
}
