using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>What a hop or a lookup that hangs may hold up, and how much memory that costs.</summary>
public sealed class HeldMailTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task Mail_for_a_dead_hop_stays_on_disk_but_for_the_first_of_it()
    {
        _delivery.Start();
        _delivery.Hops["dead.example"].Hold = new TaskCompletionSource();
        for (var i = 0; i < 2000; i++)
            _delivery.Store.Commit("bob@dead.example");
        await PassOnAsync();

        // 128 wait warm and 4 are under way; the rest is what a thread may still have on its stack.
        Assert.InRange(_delivery.Store.CountBodies(), 4, 128 + 4 + 8);
    }

    [Fact]
    public async Task Mail_whose_route_hangs_stays_on_disk_and_holds_up_no_mail_whose_route_is_known()
    {
        AskAbout("slow.example", static (_, cancellationToken) => ForeverAsync(cancellationToken));
        _delivery.Start();
        for (var i = 0; i < 2000; i++)
            _delivery.Store.Commit("bob@slow.example");
        await PassOnAsync();

        Assert.InRange(_delivery.Store.CountBodies(), 64, 128 + 64 + 8);
    }

    [Fact]
    public async Task A_host_that_hangs_is_asked_about_64_messages_at_once()
    {
        var (asked, most) = (0, 0);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AskAbout("slow.example", async (_, cancellationToken) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref asked));
            if (asked == 64)
                all.SetResult();
            return await ForeverAsync(cancellationToken);
        });
        _delivery.Start();
        for (var i = 0; i < 100; i++)
            _delivery.Store.Commit("bob@slow.example");
        await all.Task.WaitAsync(TestContext.Current.CancellationToken);
        await PassOnAsync();
        Assert.Equal(64, most);
    }

    [Fact]
    public async Task A_host_is_asked_about_all_recipients_of_a_message_together()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<Evaluation<NextHop>>(TaskCreationOptions.RunContinuationsAsynchronously);
        AskAbout("slow.example", (_, _) =>
        {
            if (Interlocked.Increment(ref asked) == 3)
                answer.SetResult(new(NextHop.To("a.example")));
            return answer.Task;
        });
        _delivery.Start();
        _delivery.Store.Commit("bob@slow.example", "carl@slow.example", "dora@slow.example");
        Assert.Equal(3, (await _delivery.Hops["a.example"].NextAsync()).Recipients.Count);
    }

    [Fact]
    public async Task A_host_is_asked_when_to_retry_all_recipients_together()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<Evaluation<IReadOnlyList<TimeSpan>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _delivery.Model = _delivery.Model with
        {
            Retry = new Asking<IReadOnlyList<TimeSpan>>((_, _) =>
            {
                if (Interlocked.Increment(ref asked) == 2)
                    answer.SetResult(new([TimeSpan.FromHours(7)]));
                return answer.Task;
            }),
        };
        _delivery.Hops["a.example"].Answer = static _ => [Temporary(), Temporary()];
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example", "carl@a.example");
        Assert.All((await _delivery.Store.NextMarkAsync()).Marks, static mark => Assert.Equal(Queue.Letters.Now.AddHours(7), mark.Due));
    }

    [Fact]
    public async Task A_stop_cuts_a_lookup_short_and_marks_nothing()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AskAbout("slow.example", (_, cancellationToken) =>
        {
            asked.TrySetResult();
            return ForeverAsync(cancellationToken);
        });
        var loop = _delivery.Start();
        _delivery.Store.Commit("bob@slow.example", "carl@b.example");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await loop.StopAsync(CancellationToken.None);
        Assert.False(_delivery.Store.HasMarks);
        Assert.Equal(0, _delivery.Hops["b.example"].Total);
    }

    /// <summary>A host is asked for the hop of this domain, unless that would be to wait; the others are hops by their name.</summary>
    void AskAbout(string domain, Func<IRuleSubject, CancellationToken, Task<Evaluation<NextHop>>> ask) =>
        _delivery.Model = _delivery.Model with
        {
            NextHop = new Asking<NextHop>((subject, cancellationToken) =>
                subject.Text(RuleVariable.RcptDomain) is var rcptDomain && rcptDomain != domain ? Task.FromResult(new Evaluation<NextHop>(NextHop.To(rcptDomain)))
                : cancellationToken.IsCancellationRequested ? Task.FromCanceled<Evaluation<NextHop>>(cancellationToken)
                : ask(subject, cancellationToken)),
        };

    static async Task<Evaluation<NextHop>> ForeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("forever is over");
    }

    /// <summary>A message for another hop goes behind all that was committed before, and is delivered.</summary>
    async Task PassOnAsync()
    {
        var last = _delivery.Store.Commit("bob@b.example");
        Assert.Equal((last, RecipientState.Delivered), await _delivery.Store.NextMarkAsync() is var (key, marks) ? (key, marks[0].State) : default);
    }
}
