using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>A yes that has grown old is asked again behind its back.</summary>
public class RefreshTests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly FakeTimeProvider _time = new();

    Task<SandboxedHost> StartAsync(SandboxProtocol protocol = SandboxProtocol.Smtp, RemoteCacheOptions? cache = null) => SandboxedHost.StartAsync(
        protocol, options => options with { Cache = cache ?? options.Cache }, services: new RemoteHostServices { Time = _time });

    [Fact]
    public async Task A_recipient_is_asked_again_at_nine_tenths_of_its_life_and_lives_on()
    {
        await using var box = await StartAsync();
        await box.CheckAsync("jane@example.org");
        _time.Advance(Day * 0.89);
        await box.CheckAsync("jane@example.org");
        Assert.Equal(1, box.Journal.Count("RCPT"));

        _time.Advance(Day * 0.02);
        Assert.Equal(AnswerSource.Cache, (await box.CheckAsync("jane@example.org")).Source);
        await box.Journal.WaitAsync(() => box.Journal.Count("RSET") == 2, SandboxedHost.Token);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == 1);

        _time.Advance(Day * 0.5);
        Assert.Equal(AnswerSource.Cache, (await box.CheckAsync("jane@example.org")).Source);
        Assert.Equal(2, box.Journal.Count("RCPT"));
    }

    [Fact]
    public async Task A_recipient_that_vanished_is_found_out_by_the_refresh()
    {
        await using var box = await StartAsync(cache: new RemoteCacheOptions { Refresh = TimeSpan.FromHours(1) });
        await box.CheckAsync("jane@example.org");
        box.Accounts.Remove("jane@example.org");
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot() is { PositiveEntries: 0, NegativeEntries: 1 });

        Assert.Equal(AnswerKind.No, (await box.CheckAsync("jane@example.org")).Kind);
    }

    [Fact]
    public async Task A_refresh_that_fails_changes_nothing_and_rests_before_the_next()
    {
        await using var box = await StartAsync(cache: new RemoteCacheOptions { Refresh = TimeSpan.FromHours(1) });
        await box.CheckAsync("jane@example.org");
        _time.Advance(TimeSpan.FromHours(1));
        box.Server.Faults.OnCommand = (verb, _) => verb == "RCPT" ? SandboxAction.Reply(451, "4.3.0 later") : null;

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
            await box.Journal.WaitAsync(() => box.Journal.Count("RCPT") == 2, SandboxedHost.Token);
            await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == 1);
        }

        Assert.Equal((2, 1), (box.Journal.Count("RCPT"), box.Host.Snapshot().PositiveEntries));
        _time.Advance(box.Host.Options.Breaker.Cooldown);
        await box.CheckAsync("jane@example.org");
        await box.Journal.WaitAsync(() => box.Journal.Count("RCPT") == 3, SandboxedHost.Token);
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Imap)]
    public async Task A_changed_secret_works_at_once_and_the_old_one_at_most_once_more(SandboxProtocol protocol)
    {
        await using var box = await StartAsync(protocol);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        box.Accounts.SetSecret("jane@example.org", "rose");
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "rose")).Kind);
        // The new secret has taken the old one's place.
        Assert.Equal(AnswerKind.No, (await box.LogInAsync("jane@example.org", "tulip")).Kind);

        box.Accounts.SetSecret("jane@example.org", "aster");
        _time.Advance(TimeSpan.FromMinutes(5));
        var gate = new TaskCompletionSource();
        var asks = protocol == SandboxProtocol.Imap ? "AUTHENTICATE" : "AUTH";
        box.Server.Faults.OnCommand = (verb, _) => verb == asks ? SandboxAction.Hold(gate.Task) : null;
        var answers = Enumerable.Range(0, 4).Select(_ => box.LogInAsync("jane@example.org", "rose")).ToArray();
        gate.SetResult();

        var kinds = (await Task.WhenAll(answers)).Select(answer => answer.Kind).ToArray();
        Assert.Equal([AnswerKind.Yes, AnswerKind.No, AnswerKind.No, AnswerKind.No], kinds);
        Assert.Equal(AnswerKind.No, (await box.LogInAsync("jane@example.org", "rose")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "aster")).Kind);
    }

    [Fact]
    public async Task A_login_that_is_due_stays_good_through_an_outage()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap);
        await box.LogInAsync("jane@example.org", "tulip");
        await box.Server.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(6));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => box.LogInAsync("jane@example.org", "tulip")));

        Assert.All(answers, answer => Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), (answer.Kind, answer.Source)));
        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("jane@example.org", "wrong")).Kind);
    }
}
