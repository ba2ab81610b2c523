using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

public class RecipientCheckTests
{
    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Lmtp)]
    public async Task A_host_says_who_exists(SandboxProtocol protocol)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, options => options with { Concurrency = 1 });
        box.Accounts.SetFull("joe@example.org", true);

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("nobody@example.org")).Kind);
        Assert.Equal(AnswerKind.Full, (await box.CheckAsync("joe@example.org")).Kind);
        Assert.Equal(0, box.Journal.Count("DATA"));
        Assert.Equal(1, box.Journal.Connections);
    }

    [Fact]
    public async Task Checks_that_wait_together_leave_in_one_round_trip()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, _) => verb == "EHLO" ? SandboxAction.Hold(gate.Task) : null;

        var checks = Enumerable.Range(0, 20).Select(i => box.CheckAsync($"user{i}@example.org")).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(checks), answer => Assert.Equal(AnswerKind.No, answer.Kind));
        Assert.Equal(20, box.Journal.Count("RCPT"));
        Assert.Equal(1, box.Journal.Count("MAIL"));
        Assert.Equal(1, box.Journal.Connections);
    }

    [Fact]
    public async Task A_batch_is_one_write_with_one_MAIL_and_a_RSET()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRSET\r\n");
            await peer.SayAsync("250 ok\r\n250 ok\r\n550 5.1.1 no\r\n250 ok\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host())
        {
            var a = host.VerifyRecipientAsync(SandboxedHost.MailboxOf("a@example.org"), SandboxedHost.Token).AsTask();
            var b = host.VerifyRecipientAsync(SandboxedHost.MailboxOf("b@example.org"), SandboxedHost.Token).AsTask();
            Assert.Equal(AnswerKind.Yes, (await a).Kind);
            Assert.Equal(AnswerKind.No, (await b).Kind);
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_host_without_PIPELINING_is_asked_step_by_step()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 8BITMIME");
            await peer.ExpectAsync("MAIL FROM:<>\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.ExpectAsync("RCPT TO:<a@example.org>\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.ExpectAsync("RSET\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host())
            Assert.Equal(AnswerKind.Yes, (await host.VerifyRecipientAsync(SandboxedHost.MailboxOf("a@example.org"), SandboxedHost.Token)).Kind);
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_takes_few_recipients_at_once_is_asked_in_several_transactions(bool saysSo)
    {
        await using var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Smtp, options => options with { Concurrency = 1 }, sandbox => sandbox with { Keywords = saysSo ? ["LIMITS RCPTMAX=2"] : [] });
        var (taken, tooMany) = (0, 0);
        box.Server.Faults.OnCommand = (verb, _) =>
        {
            if (verb is "RSET" or "MAIL")
                taken = 0;
            if (verb != "RCPT" || ++taken <= 2)
                return null;
            tooMany++;
            return SandboxAction.Reply(452, "4.5.3 too many recipients");
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => box.CheckAsync($"nobody{i}@example.org")));

        Assert.All(answers, answer => Assert.Equal(AnswerKind.No, answer.Kind));
        Assert.InRange(tooMany, 0, saysSo ? 0 : 10);
    }

    [Fact]
    public async Task A_refused_MAIL_says_nothing_of_the_recipient()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        box.Server.Faults.OnCommand = (verb, _) => verb == "MAIL" ? SandboxAction.Reply(550, "5.7.1 not from you") : null;

        Assert.Equal(AnswerKind.Unavailable, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(0, box.Host.Snapshot().NegativeEntries);
    }

    [Fact]
    public async Task An_identical_question_in_flight_is_asked_once_and_outlives_its_first_asker()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, _) => verb == "RCPT" ? SandboxAction.Hold(gate.Task) : null;
        using var leaving = new CancellationTokenSource();

        var first = box.Host.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), leaving.Token).AsTask();
        var second = box.CheckAsync("jane@EXAMPLE.org");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal(AnswerKind.Yes, (await second).Kind);
        Assert.Equal(1, box.Journal.Count("RCPT"));
    }

    [Fact]
    public async Task Kept_answers_go_on_while_the_host_is_down_and_temporary_ones_are_not_kept()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await box.CheckAsync("jane@example.org");
        await box.CheckAsync("nobody@example.org");
        box.Accounts.SetRefused("joe@example.org", new(450, null, "later"));
        await box.CheckAsync("joe@example.org");
        await box.Server.StopAsync();

        var (yes, no, unknown) = (await box.CheckAsync("jane@example.org"), await box.CheckAsync("nobody@example.org"), await box.CheckAsync("joe@example.org"));

        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), (yes.Kind, yes.Source));
        Assert.Equal((AnswerKind.No, AnswerSource.Cache), (no.Kind, no.Source));
        Assert.Equal(AnswerKind.Unavailable, unknown.Kind);
        Assert.Equal(2, box.Host.Snapshot().CacheHits);
    }

    [Fact]
    public async Task A_delivery_takes_back_a_kept_no()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("new@example.org")).Kind);
        box.Accounts.AddUser("new@example.org", "x");
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("new@example.org")).Kind);

        await box.RelayAsync("Subject: x\r\n\r\nx\r\n", "new@example.org");

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("new@example.org")).Kind);
    }

    [Fact]
    public async Task VRFY_and_EXPN_give_the_hosts_lines()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        box.Accounts.AddList("staff@example.org", "jane@example.org", "joe@example.org");

        var members = await box.Host.ExpandAsync("staff@example.org", SandboxedHost.Token);

        Assert.Equal(2, members.Values.Count);
        Assert.Contains("jane@example.org", members.Values[0], StringComparison.Ordinal);
        Assert.Equal(AnswerKind.Yes, (await box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token)).Kind);
        Assert.Equal(AnswerKind.No, (await box.Host.VerifyAsync("nobody@example.org", SandboxedHost.Token)).Kind);
        Assert.Equal(AnswerKind.Unavailable, (await box.Host.VerifyAsync("a\r\nRSET", SandboxedHost.Token)).Kind);
        Assert.Equal(0, box.Journal.Count("RSET"));
    }

    [Fact]
    public async Task A_host_that_may_not_be_asked_is_not_asked()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Lookup = false });

        Answer[] answers =
        [
            await box.CheckAsync("jane@example.org"),
            await box.LogInAsync("jane@example.org", "tulip"),
            await box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token),
            await box.Host.ExpandAsync("staff@example.org", SandboxedHost.Token),
        ];

        Assert.All(answers, answer => Assert.Equal((AnswerKind.Unavailable, AnswerSource.Local), (answer.Kind, answer.Source)));
        Assert.All(answers, answer => Assert.Contains("remote.box.lookup", answer.Reason, StringComparison.Ordinal));
        Assert.Equal((0, 0, 0), (box.Journal.Connections, (int)box.Host.Snapshot().CacheHits, (int)box.Host.Snapshot().CacheMisses));
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes).Disposition);
    }

    [Fact]
    public async Task The_answers_of_a_batch_have_one_time_together()
    {
        var time = new FakeTimeProvider();
        var isDue = new TaskCompletionSource();
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\nRSET\r\n");
            await peer.SayAsync("250 ok\r\n250 ok\r\n");
            await isDue.Task;
            await peer.SayAsync("250 ok\r\n");
            await peer.ExpectCloseAsync();
        });
        await using var host = dialler.Host(time: time);
        var checks = new[] { "a", "b", "c" }.Select(name => host.VerifyRecipientAsync(SandboxedHost.MailboxOf($"{name}@example.org"), SandboxedHost.Token).AsTask()).ToArray();

        Assert.Equal(AnswerKind.Yes, (await checks[0]).Kind);
        time.Advance(TimeSpan.FromSeconds(40));
        isDue.SetResult();
        Assert.Equal(AnswerKind.Yes, (await checks[1]).Kind);
        time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(AnswerKind.Unavailable, (await checks[2].WaitAsync(TimeSpan.FromMinutes(1), SandboxedHost.Token)).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_check_waits_its_own_time_and_not_what_an_older_one_has_left(bool pipelining)
    {
        var time = new FakeTimeProvider();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 1 },
            options => options with { Pipelining = pipelining }, new RemoteHostServices { Time = time });
        await box.CheckAsync("jane@example.org");
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == 1);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, _) => verb == "VRFY" ? SandboxAction.Hold(gate.Task) : null;
        var running = box.Host.VerifyAsync("x", SandboxedHost.Token).AsTask();
        await box.Journal.WaitAsync(() => box.Journal.Count("VRFY") == 1, SandboxedHost.Token);

        var older = box.CheckAsync("nobody@example.org");
        time.Advance(TimeSpan.FromSeconds(15));
        var younger = box.CheckAsync("joe@example.org");
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(AnswerKind.Unavailable, (await older).Kind);
        gate.SetResult();
        Assert.Equal(AnswerKind.Yes, (await younger).Kind);
        await running;
    }

    [Fact]
    public async Task An_IMAP_host_answers_no_recipients()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        var answer = await box.CheckAsync("jane@example.org");
        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.protocol", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_login_comes_before_the_first_check()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp,
            options => options with { Auth = new RemoteAuthOptions("relay", "mule") }, options => options with { RequireAuth = true });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
    }
}
