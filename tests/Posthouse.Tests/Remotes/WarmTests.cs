using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>limits.warm: connections are ready before anybody asks.</summary>
public class WarmTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Connections_are_made_before_anybody_asks_and_replaced_as_they_are_used_up()
    {
        await using var box = await StartAsync(warm: 2);
        await Ready(box, 2);

        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        // A login's yes uses its connection up.
        await Ready(box, 2);
        Assert.Equal(3, box.Host.Snapshot().Opened);
    }

    [Fact]
    public async Task A_connection_that_has_been_idle_for_too_long_is_replaced()
    {
        await using var box = await StartAsync(warm: 1);
        await Ready(box, 1);
        _time.Advance(box.Host.Options.Limits.Idle);
        await SandboxedHost.UntilAsync(() => box.Journal.Count("LOGOUT") == 1 && box.Host.Snapshot() is { Opened: 2, Idle: 1 });
    }

    [Fact]
    public async Task A_host_that_is_down_is_tried_once_in_each_cooldown()
    {
        await using var box = await StartAsync(warm: 3, isUp: false);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Connecting == 0);
        await box.Server.StartAsync(SandboxedHost.Token);
        Assert.Equal(0, box.Host.Snapshot().Idle);

        _time.Advance(box.Host.Options.Breaker.Cooldown * 1.2);
        await Ready(box, 3);
    }

    [Fact]
    public async Task A_host_that_is_down_for_long_is_found_again()
    {
        await using var box = await StartAsync(warm: 2, isUp: false);
        for (var i = 0; i < 40; i++)
        {
            await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Connecting == 0);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await box.Server.StartAsync(SandboxedHost.Token);

        for (var i = 0; i < 12; i++)
        {
            await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Connecting == 0);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await Ready(box, 2);
    }

    [Fact]
    public async Task A_host_that_hangs_up_on_the_idle_is_left_in_peace_for_a_while()
    {
        var hungUp = 0;
        Func<ScriptedPeer, Task> peer = async peer =>
        {
            await peer.GreetAsync();
            Interlocked.Increment(ref hungUp);
        };
        var dialler = new ScriptedDialler([.. Enumerable.Repeat(peer, 20)]);
        await using var host = dialler.Host(define: options => options with { Limits = options.Limits with { Warm = 1 } }, time: _time);

        await SandboxedHost.UntilAsync(() => hungUp == 1 && host.Snapshot() is { Connecting: 0, Idle: 0, Closing: 0 });

        Assert.Equal(1, dialler.Dialled);
        _time.Advance(host.Options.Breaker.Cooldown);
        await SandboxedHost.UntilAsync(() => dialler.Dialled == 2);
    }

    [Fact]
    public async Task They_never_stand_in_the_way_of_those_who_wait()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp, warm: 2, concurrency: 2, auth: new RemoteAuthOptions("relay", "mule"));
        await Ready(box, 2);

        var logins = await Task.WhenAll(box.LogInAsync("jane@example.org", "tulip"), box.LogInAsync("joe@example.org", "tulip"));

        Assert.All(logins, answer => Assert.Equal(AnswerKind.Yes, answer.Kind));
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
    }

    static Task Ready(SandboxedHost box, int count) => SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == count);

    async Task<SandboxedHost> StartAsync(SandboxProtocol protocol = SandboxProtocol.Imap, int warm = 0, int concurrency = 10, bool isUp = true, RemoteAuthOptions? auth = null)
    {
        var cold = await SandboxedHost.StartAsync(protocol, options => options with { Concurrency = concurrency, Auth = auth }, services: new RemoteHostServices { Time = _time });
        if (!isUp)
            await cold.Server.StopAsync();
        return cold.Redefine(options => options with { Limits = options.Limits with { Warm = warm } }, new RemoteHostServices { Time = _time });
    }
}
