using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Tests.Remotes.Faults;

namespace Posthouse.Tests.Remotes;

/// <summary>A yes past its life is used while, and only while, the host cannot be reached.</summary>
public class StaleTests
{
    readonly FakeTimeProvider _time = new();

    Task<SandboxedHost> StartAsync(SandboxProtocol protocol = SandboxProtocol.Smtp) => SandboxedHost.StartAsync(protocol, options => options with
    {
        Cache = new RemoteCacheOptions { Positive = TimeSpan.FromHours(1), Stale = TimeSpan.FromHours(2) },
    }, services: new RemoteHostServices { Time = _time });

    [Fact]
    public async Task It_is_used_while_the_host_is_down_and_no_longer_than_its_grace()
    {
        await using var box = await StartAsync();
        await box.CheckAsync("jane@example.org");
        await box.CheckAsync("nobody@example.org");
        await box.Server.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), (await box.CheckAsync("jane@example.org")) is var answer ? (answer.Kind, answer.Source) : default);
        Assert.Equal(AnswerKind.Unavailable, (await box.CheckAsync("nobody@example.org")).Kind);
        Assert.Equal(1, box.Host.Snapshot().StaleHits);

        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(AnswerKind.Unavailable, (await box.CheckAsync("jane@example.org")).Kind);
    }

    [Fact]
    public async Task A_host_that_answers_is_believed_even_where_it_says_later()
    {
        await using var box = await StartAsync();
        await box.CheckAsync("jane@example.org");
        _time.Advance(TimeSpan.FromMinutes(61));
        box.Accounts.SetRefused("jane@example.org", new(450, null, "later"));
        Assert.Equal(AnswerKind.Unavailable, (await box.CheckAsync("jane@example.org")).Kind);

        box.Accounts.Remove("jane@example.org");
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("jane@example.org")).Kind);
        await box.Server.StopAsync();
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("jane@example.org")).Kind);
    }

    [Fact]
    public async Task A_login_is_good_for_its_own_secret_alone()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap);
        await box.LogInAsync("jane@example.org", "tulip");
        await box.Server.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("jane@example.org", "rose")).Kind);
        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("joe@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task It_is_told_of_once_a_minute_with_the_number_of_those_between()
    {
        var log = new KeptLog();
        await using var box = (await StartAsync()).Redefine(options => options, new RemoteHostServices { Time = _time, Loggers = log });
        await box.CheckAsync("jane@example.org");
        await box.CheckAsync("joe@example.org");
        await box.Server.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(61));
        foreach (var seconds in new[] { 0, 30, 29, 1 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        }

        Assert.Equal([1, 3], log.Of("Stale").Select(line => int.Parse(Regex.Match(line, @"^Remote box: (\d+) answers .*cache\.stale.*: .*refused").Groups[1].Value, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_used_past_its_life()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, services: new RemoteHostServices { Time = _time });
        await box.CheckAsync("jane@example.org");
        await box.Server.StopAsync();
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(AnswerKind.Unavailable, (await box.CheckAsync("jane@example.org")).Kind);
    }
}
