using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>Many lookups of few recipients cost a host few commands on few connections, and nobody waits past the deadline.</summary>
public class LookupStormTests
{
    const int Recipients = 1_000;
    const int Tasks = 200;
    const int LookupsOfATask = 50;
    const int Concurrency = 10;

    [Theory(Timeout = 60_000)]
    [InlineData(SandboxProtocol.Smtp, true)]
    [InlineData(SandboxProtocol.Lmtp, true)]
    [InlineData(SandboxProtocol.Smtp, false)]
    public async Task Ten_thousand_lookups_of_a_thousand_recipients_reach_the_host_once_each(SandboxProtocol protocol, bool pipelining)
    {
        ConnectionMeter? meter = null;
        await using var box = await SandboxedHost.StartAsync(protocol, serve: options => options with { Pipelining = pipelining }, define: options => options with
        {
            Port = (meter = new ConnectionMeter(options.Port)).Port,
            Concurrency = Concurrency,
            Cache = new RemoteCacheOptions { Entries = Recipients },
        });
        await using var metered = meter!;
        for (var i = 0; i < Recipients; i += 2)
            box.Accounts.AddUser($"user{i}@example.org", "x");

        var waits = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => LookUpAsync(box, task)))).WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Recipients, box.Journal.Count("RCPT"));
        Assert.InRange(metered.Peak, 1, Concurrency);
        Assert.InRange(waits.Max(), TimeSpan.Zero, box.Host.Options.Timeout);
        Assert.Equal(0, box.Host.Snapshot().Waiting);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_falls_silent_amid_a_storm_keeps_nobody_past_the_deadline()
    {
        var time = new FakeTimeProvider();
        var timeout = TimeSpan.FromSeconds(30);
        ConnectionMeter? meter = null;
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, services: new RemoteHostServices { Time = time }, define: options => options with
        {
            Port = (meter = new ConnectionMeter(options.Port)).Port,
            Concurrency = Concurrency,
            Timeout = timeout,
            Timeouts = new RemoteTimeouts { Command = timeout },
            // One question a connection, so that all connections are in use at once.
            Limits = new RemoteLimits { Requests = 1 },
        });
        await using var metered = meter!;
        var silent = new SemaphoreSlim(0);
        box.Server.Faults.OnCommand = (verb, _) =>
        {
            if (verb != "RCPT")
                return null;
            silent.Release();
            return SandboxAction.Stall;
        };

        var lookups = Enumerable.Range(0, Tasks).Select(i => box.CheckAsync($"user{i}@example.org")).ToArray();
        for (var i = 0; i < Concurrency; i++)
            await silent.WaitAsync(SandboxedHost.Token);
        Assert.DoesNotContain(lookups, lookup => lookup.IsCompleted);
        time.Advance(timeout);
        var left = lookups.ToList();
        while (left.Count > Concurrency)
            left.Remove(await Task.WhenAny(left).WaitAsync(TestContext.Current.CancellationToken));
        // Those who had a connection, or came by one at the last moment, also wait for its reply.
        var all = Task.WhenAll(lookups);
        while (!all.IsCompleted)
        {
            time.Advance(timeout);
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Assert.All(await all, answer => Assert.Equal(AnswerKind.Unavailable, answer.Kind));
        Assert.Equal(Concurrency, metered.Peak);
        Assert.Equal(0, box.Host.Snapshot().NegativeEntries);
    }

    // Each task begins elsewhere and steps on by a number that has no divisor in common with theirs: all meet all.
    static async Task<TimeSpan> LookUpAsync(SandboxedHost box, int task)
    {
        var longest = TimeSpan.Zero;
        for (var i = 0; i < LookupsOfATask; i++)
        {
            var number = ((task * LookupsOfATask) + (i * 7)) % Recipients;
            var start = Stopwatch.GetTimestamp();
            var answer = await box.CheckAsync($"user{number}@example.org");
            var took = Stopwatch.GetElapsedTime(start);
            longest = took > longest ? took : longest;
            Assert.Equal(number % 2 == 0 ? AnswerKind.Yes : AnswerKind.No, answer.Kind);
        }
        return longest;
    }
}
