using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>
/// Real servers that are stopped and started, or fall silent, while many ask: no wrong answer at any moment, none later than its
/// deadline, and right ones again without a restart of ours.
/// </summary>
public class RestartTests
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dovecot_answers_logins_again_after_an_outage(bool stops)
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await using var host = new RealHost(Impatient(RealHost.Options(RemoteProtocol.Imap, dovecot.ImapsPort, Line.ImplicitTls)));
        await AssertSurvivesAsync(stops ? Outage.Of(dovecot.StopAsync, dovecot.StartAsync) : Outage.Of(dovecot.Freeze, dovecot.Thaw),
            Right(() => host.LogInAsync(Account.Jane)), Wrong(() => host.LogInAsync(Account.Jane.Mailbox, "wrong")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dovecot_answers_for_recipients_again_after_an_outage(bool stops)
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await using var host = new RealHost(Impatient(RealHost.Options(RemoteProtocol.Lmtp, dovecot.LmtpPort, Line.StartTls)));
        await AssertSurvivesAsync(stops ? Outage.Of(dovecot.StopAsync, dovecot.StartAsync) : Outage.Of(dovecot.Freeze, dovecot.Thaw),
            Right(() => host.CheckAsync("jane@example.org")), Wrong(() => host.CheckAsync("nobody@example.org")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Postfix_answers_for_recipients_again_after_an_outage(bool stops)
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await using var postfix = await MailServers.StartPostfixAsync(dovecot);
        await using var host = new RealHost(Impatient(RealHost.Options(RemoteProtocol.Smtp, postfix.Port, Line.StartTls))
            with { Auth = RealHost.Auth(Account.RelayServer) });
        await AssertSurvivesAsync(stops ? Outage.Of(postfix.StopAsync, postfix.StartAsync) : Outage.Of(postfix.Freeze, postfix.Thaw),
            Right(() => host.CheckAsync("jane@example.org")), Wrong(() => host.CheckAsync("nobody@example.org")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cyrus_answers_logins_and_for_recipients_again_after_an_outage(bool stops)
    {
        await using var cyrus = await MailServers.StartCyrusAsync();
        await using var imap = new RealHost(Impatient(RealHost.Options(RemoteProtocol.Imap, cyrus.ImapPort, Line.StartTls)));
        await using var lmtp = new RealHost(Impatient(RealHost.Options(RemoteProtocol.Lmtp, cyrus.LmtpPort, Line.StartTls))
            with { Auth = RealHost.Auth(Account.RelayServer) });
        await AssertSurvivesAsync(stops ? Outage.Of(cyrus.StopAsync, cyrus.StartAsync) : Outage.Of(cyrus.Freeze, cyrus.Thaw),
            Right(() => imap.LogInAsync(Account.Jane)), Wrong(() => imap.LogInAsync(Account.Jane.Mailbox, "wrong")),
            Right(() => lmtp.CheckAsync("jane@example.org")), Wrong(() => lmtp.CheckAsync("nobody@example.org")));
    }

    // Nothing is kept, so that each question reaches the host; one deadline for the connection and one for the reply.
    static RemoteHostOptions Impatient(RemoteHostOptions options) => options with
    {
        Concurrency = 4,
        Timeout = _patience,
        Timeouts = new RemoteTimeouts { Command = _patience },
        Cache = new RemoteCacheOptions { Entries = 0 },
    };

    static Asker Right(Func<Task<Answer>> ask) => new(ask, AnswerKind.Yes);

    static Asker Wrong(Func<Task<Answer>> ask) => new(ask, AnswerKind.No);

    static async Task AssertSurvivesAsync(Outage outage, params Asker[] kinds)
    {
        using var end = new CancellationTokenSource();
        Asker[] askers = [.. kinds.SelectMany(kind => new[] { kind, kind.Another(), kind.Another() })];
        var asking = askers.Select(asker => asker.RunAsync(end.Token)).ToArray();

        await UntilAllAsync("answers before the outage", askers, asker => asker.Right >= 5);
        await outage.BeginAsync();
        var before = askers.ToDictionary(asker => asker, asker => asker.Unavailable);
        await UntilAllAsync("no answers in the outage", askers, asker => asker.Unavailable > before[asker]);
        await outage.EndAsync();
        var during = askers.ToDictionary(asker => asker, asker => asker.Right);
        await UntilAllAsync("answers after the outage", askers, asker => asker.Right >= during[asker] + 5);

        await end.CancelAsync();
        await Task.WhenAll(asking);
        Assert.All(askers, asker => Assert.Empty(asker.Lies));
        // A wait for a connection, the reply that never comes, and the same once more where a pooled connection had died.
        Assert.All(askers, asker => Assert.InRange(asker.Longest, TimeSpan.Zero, (_patience * 3) + TimeSpan.FromSeconds(2)));
    }

    static Task<Asker[]> UntilAllAsync(string what, Asker[] askers, Func<Asker, bool> isSo) =>
        Eventually.FindAsync(what, () => askers.All(isSo) ? askers : null, TimeSpan.FromSeconds(40));

    sealed record Outage(Func<Task> BeginAsync, Func<Task> EndAsync)
    {
        public static Outage Of(Func<Task> begin, Func<Task> end) => new(begin, end);

        public static Outage Of(Action begin, Action end) => new(Done(begin), Done(end));

        static Func<Task> Done(Action action) => () =>
        {
            action();
            return Task.CompletedTask;
        };
    }
}
