using Posthouse.Integration.Corpus;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>What only Cyrus does: LMTP that wants our own login, and IMAP that takes a login back.</summary>
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

    [Fact]
    public async Task IMAP_logs_in_one_after_another_on_one_connection_where_UNAUTHENTICATE_is_offered()
    {
        // Cyrus offers it to administrators only, and only after their login.
        await using var host = new RealHost(OneByOne(await servers.CyrusAsync()));

        for (var i = 0; i < 3; i++)
        {
            foreach (var administrator in Account.Administrators)
                Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(administrator)).Kind);
            Assert.Equal(AnswerKind.No, (await host.LogInAsync(Account.Administrators[0].Mailbox, Account.Administrators[1].Secret)).Kind);
        }

        Assert.Equal(1, host.Host.Snapshot().Opened);
    }

    [Fact]
    public async Task IMAP_logs_in_each_user_on_a_connection_of_his_own_where_UNAUTHENTICATE_is_not_offered()
    {
        await using var host = new RealHost(OneByOne(await servers.CyrusAsync()));

        foreach (var person in Account.People)
            Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(person)).Kind);

        Assert.Equal(Account.People.Length, host.Host.Snapshot().Opened);
    }

    static RemoteHostOptions OneByOne(CyrusServer cyrus) => RealHost.Options(RemoteProtocol.Imap, cyrus.ImapsPort, Line.ImplicitTls) with
    {
        Concurrency = 1,
        Limits = new RemoteLimits { Errors = 10 },
        Cache = new RemoteCacheOptions { Entries = 0 },
    };

    static RemoteHostOptions Options(CyrusServer cyrus, Line line) => RealHost.Options(RemoteProtocol.Lmtp, cyrus.LmtpPort, line);
}
