using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>Who waits for a connection is bounded by number as well as by time (HARDENING R66).</summary>
public class CrowdTests
{
    const int Refused = 50;

    [Theory(Timeout = 120_000)]
    [InlineData(Use.Login, Use.Check)]
    [InlineData(Use.Check, Use.Login)]
    public async Task Who_comes_when_as_many_wait_as_may_is_refused_at_once_and_the_others_are_served(Use crowd, Use other)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with
        {
            Concurrency = 1,
            Timeout = TimeSpan.FromMinutes(5),
            Limits = new RemoteLimits { Errors = 10_000 },
            Cache = new RemoteCacheOptions { Entries = 0 },
        });
        var most = box.Host.Options.MostWaiting;
        var held = new HeldRequests(box.Server);
        var served = AskAsync(box, crowd, 0);
        await held.ArriveAsync(1);
        var waiting = Enumerable.Range(1, most).Select(i => AskAsync(box, crowd, i)).ToArray();

        var refused = await Task.WhenAll(Enumerable.Range(most + 1, Refused).Select(i => AskAsync(box, crowd, i))).WaitAsync(TestContext.Current.CancellationToken);

        Assert.All(refused, answer =>
        {
            Assert.Equal((AnswerKind.Unavailable, true), (answer.Kind, answer.IsLineFull));
            Assert.Contains("remote.box.concurrency is 1", answer.Reason, StringComparison.Ordinal);
        });
        Assert.DoesNotContain(waiting, answer => answer.IsCompleted);

        // One kind's crowd is not in the other's way.
        var another = AskAsync(box, other, 0);
        Assert.False(another.IsCompleted);
        held.Open();
        Assert.All(await Task.WhenAll([served, another, .. waiting]).WaitAsync(TestContext.Current.CancellationToken), answer => Assert.Equal((AnswerKind.No, false), (answer.Kind, answer.IsLineFull)));
    }

    [Theory]
    [InlineData(1, 1, 1_000)]
    [InlineData(10, 50, 5_000)]
    [InlineData(int.MaxValue, int.MaxValue, 100_000)]
    public void The_bound_follows_from_what_the_connections_can_serve(int concurrency, int requests, int most)
    {
        var host = new RemoteHostOptions
        {
            Id = "box", Address = "box", Protocol = RemoteProtocol.Smtp, Concurrency = concurrency, Limits = new RemoteLimits { Requests = requests },
        };
        Assert.Equal(most, host.MostWaiting);
    }

    static Task<Answer> AskAsync(SandboxedHost box, Use use, int number) =>
        use == Use.Login ? box.LogInAsync($"user{number}@example.org", "wrong") : box.CheckAsync($"check{number}@example.org");
}
