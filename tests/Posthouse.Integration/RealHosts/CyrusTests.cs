using Posthouse.Integration.Corpus;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>What only Cyrus does: LMTP that wants our own login.</summary>
public class CyrusTests(MailServers servers)
{
    [Theory]
    [InlineData(Line.StartTls)]
    [InlineData(Line.Clear)]
    public async Task LMTP_with_our_own_login_says_who_has_a_mailbox_and_takes_mail(Line line)
    {
        var cyrus = await servers.CyrusAsync();
        await using var host = new RealHost(Options(cyrus, line) with { Auth = RealHost.Auth(Account.RelayServer) });
        var message = TestMessage.Hostile($"cyrus-{line}");

        Assert.Equal(AnswerKind.Yes, (await host.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await host.CheckAsync("nobody@example.org")).Kind);
        var outcomes = await host.RelayAsync(message.Bytes, "jane@example.org", "nobody@example.org");

        Assert.Equal([Disposition.Delivered, Disposition.Permanent], outcomes.Select(outcome => outcome.Disposition));
        await cyrus.MessageEndingWithAsync(message.Bytes);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData(null)]
    public async Task LMTP_without_our_right_login_is_an_outage_and_never_a_bounce(string? secret)
    {
        var auth = secret is null ? null : new RemoteAuthOptions(Account.RelayServer.Mailbox, secret);
        await using var host = new RealHost(Options(await servers.CyrusAsync(), Line.StartTls) with { Auth = auth });

        var known = await host.CheckAsync("jane@example.org");
        var unknown = await host.CheckAsync("nobody@example.org");
        var outcome = Assert.Single(await host.RelayAsync(TestMessage.Hostile("barred").Bytes, "jane@example.org"));

        Assert.Equal([AnswerKind.Unavailable, AnswerKind.Unavailable], [known.Kind, unknown.Kind]);
        Assert.Equal(Disposition.Temporary, outcome.Disposition);
        Assert.False(outcome.MaybeDelivered);
        if (secret is null)
            return;
        Assert.Equal(Blame.Definition, outcome.Blame);
        Assert.Contains("remote.real.auth", known.Reason, StringComparison.Ordinal);
        Assert.Contains("remote.real.auth", outcome.Reply.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, known.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VRFY_is_unavailable_where_Cyrus_only_says_that_it_would_try()
    {
        await using var host = new RealHost(Options(await servers.CyrusAsync(), Line.StartTls) with { Auth = RealHost.Auth(Account.RelayServer) });

        var answer = await host.Host.VerifyAsync("jane@example.org", TestContext.Current.CancellationToken);

        Assert.Equal((AnswerKind.Unavailable, 252), (answer.Kind, answer.Reply?.Code));
    }

    static RemoteHostOptions Options(CyrusServer cyrus, Line line) => RealHost.Options(RemoteProtocol.Lmtp, cyrus.LmtpPort, line);
}
