using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>Logins, checks and relay on one host, all at once: the host counts its connections, and none of the three starves.</summary>
public class StormTests
{
    const string Message = "Subject: storm\r\n\r\nx\r\n";

    [Theory(Timeout = 60_000)]
    [InlineData(Use.Login, Use.Check, Use.Relay)]
    [InlineData(Use.Check, Use.Login, Use.Relay)]
    [InlineData(Use.Relay, Use.Login, Use.Check)]
    public async Task A_storm_of_one_kind_leaves_the_others_a_fifth_of_the_connections_each(Use storm, Use first, Use second)
    {
        const int Concurrency = 10;
        const int Reserve = Concurrency / 5;
        await using var box = await StartAsync(Concurrency);
        var held = new HeldRequests(box.Server);
        var stormy = Enumerable.Range(0, 3 * Concurrency).Select(i => AskAsync(box, storm, i)).ToArray();
        await held.ArriveAsync(Concurrency);
        var others = Enumerable.Range(0, 2 * Reserve).SelectMany(i => new[] { AskAsync(box, first, 100 + i), AskAsync(box, second, 200 + i) }).ToArray();

        held.LetGo(storm, 2 * Reserve);
        await held.ArriveAsync(2 * Reserve);

        Assert.Equal((Concurrency - (2 * Reserve), Reserve, Reserve), (held.Count(storm), held.Count(first), held.Count(second)));
        held.Open();
        await Task.WhenAll([.. stormy, .. others]).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, box.Host.Snapshot().Waiting);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Use.Login, Use.Check, Use.Relay)]
    [InlineData(Use.Check, Use.Login, Use.Relay)]
    [InlineData(Use.Relay, Use.Login, Use.Check)]
    public async Task On_few_connections_the_kinds_take_turns(Use storm, Use first, Use second)
    {
        const int Concurrency = 3;
        await using var box = await StartAsync(Concurrency);
        var held = new HeldRequests(box.Server);
        var stormy = Enumerable.Range(0, 3 * Concurrency).Select(i => AskAsync(box, storm, i)).ToArray();
        await held.ArriveAsync(Concurrency);
        var others = Enumerable.Range(0, 2).SelectMany(i => new[] { AskAsync(box, first, 100 + i), AskAsync(box, second, 200 + i) }).ToArray();

        held.LetGo(storm, Concurrency);
        await held.ArriveAsync(Concurrency);

        Assert.Equal((1, 1, 1), (held.Count(storm), held.Count(first), held.Count(second)));
        held.Open();
        await Task.WhenAll([.. stormy, .. others]).WaitAsync(TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(SandboxProtocol.Smtp, 1)]
    [InlineData(SandboxProtocol.Lmtp, 2)]
    public async Task A_storm_with_faults_cancellations_and_outages_opens_no_connection_too_many_and_hears_no_wrong_answer(SandboxProtocol protocol, int seed)
    {
        const int Concurrency = 6;
        ConnectionMeter? meter = null;
        await using var box = await SandboxedHost.StartAsync(protocol, define: options => options with
        {
            Port = (meter = new ConnectionMeter(options.Port)).Port,
            Concurrency = Concurrency,
            Auth = new RemoteAuthOptions("relay", "mule"),
            Cache = new RemoteCacheOptions { Entries = 0 },
            Limits = new RemoteLimits { Requests = 7 },
            Breaker = new RemoteBreakerOptions { Cooldown = TimeSpan.FromMilliseconds(20) },
        });
        await using var metered = meter!;
        var storm = new Storm(box, seed);
        var tasks = Enumerable.Range(0, 200).Select(storm.RunAsync).ToArray();

        for (var outage = 0; outage < 3; outage++)
        {
            await storm.CommandsAsync(500);
            await box.Server.StopAsync();
            await storm.FailuresAsync(100);
            await box.Server.StartAsync(SandboxedHost.Token);
        }
        await storm.CommandsAsync(500);
        storm.End();
        await Task.WhenAll(tasks).WaitAsync(TestContext.Current.CancellationToken);

        Assert.InRange(metered.Peak, 1, Concurrency);
        Assert.Empty(storm.Lies);
        Assert.InRange(box.Accounts.Messages("jane@example.org").Count, storm.Delivered, storm.Delivered + storm.MaybeDelivered);
        Assert.NotEqual(0, storm.Delivered);
        // Nothing that was left behind stands in the way of those who come now.
        var after = await Task.WhenAll(Enumerable.Range(0, 2 * Concurrency).Select(_ => box.CheckAsync("jane@example.org")));
        Assert.All(after, answer => Assert.Equal(AnswerKind.Yes, answer.Kind));
        Assert.Equal(0, box.Host.Snapshot().Waiting);
        // It ends once every slot is free.
        await box.Host.DisposeAsync().AsTask().WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (box.Host.Snapshot().Idle, box.Host.Snapshot().Busy));
    }

    // One request a connection, and nothing kept: each question is one use.
    static Task<SandboxedHost> StartAsync(int concurrency) => SandboxedHost.StartAsync(SandboxProtocol.Smtp, define: options => options with
    {
        Concurrency = concurrency,
        Limits = new RemoteLimits { Requests = 1 },
        Cache = new RemoteCacheOptions { Entries = 0 },
    });

    static async Task AskAsync(SandboxedHost box, Use use, int number)
    {
        switch (use)
        {
            case Use.Login:
                Assert.Equal(AnswerKind.No, (await box.LogInAsync($"user{number}@example.org", "wrong")).Kind);
                break;
            case Use.Check:
                Assert.Equal(AnswerKind.No, (await box.CheckAsync($"check{number}@example.org")).Kind);
                break;
            default:
                Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(Message, "jane@example.org")).Outcomes).Disposition);
                break;
        }
    }
}
