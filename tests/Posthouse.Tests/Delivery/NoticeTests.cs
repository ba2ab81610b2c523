using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Remotes.Faults;
using Posthouse.Tests.Reports;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>What the sender hears, and when.</summary>
public sealed class NoticeTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_failed_recipient_is_marked_and_reported_in_one_write_and_those_of_one_run_together()
    {
        _delivery.Hops["a.example"].Answer = static _ => [Permanent(), Delivered, Permanent()];
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example", "carl@a.example", "dora@a.example");
        await _delivery.Store.NextMarkAsync();
        Assert.Equal(2, (await _delivery.Store.NextMarkAsync()).Marks.Length);
        var report = ReadReport.Of(Assert.Single(_delivery.Store.Reports));
        Assert.Equal(["rfc822; bob@a.example", "rfc822; dora@a.example"], report.Status.StatusGroups.Skip(1).Select(static group => group["Final-Recipient"]));
    }

    [Fact]
    public async Task The_log_says_of_a_report_what_it_is_about()
    {
        var log = new KeptLog();
        await using var delivery = new DeliveryFixture { Logger = log };
        delivery.Start();
        var about = delivery.Store.Add("bob@a.example");
        var key = delivery.Store.Commit(Letters.Envelope("ann@b.example"), about);
        await delivery.Store.NextMarkAsync();
        Assert.Equal($"{key}: a report on {about} to <ann@b.example> is queued", Assert.Single(log.Of("Reported")).Trim());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_says_that_nobody_is_told_of_a_report_that_fails(bool isReport)
    {
        var log = new KeptLog();
        await using var delivery = new DeliveryFixture { Logger = log };
        delivery.Hops["a.example"].Answer = static _ => [Permanent()];
        delivery.Start();
        var envelope = Letters.Envelope("bob@a.example");
        var key = delivery.Store.Commit(isReport ? envelope with { Mail = envelope.Mail with { ReversePath = null } } : envelope);
        await delivery.Store.NextMarkAsync();
        await delivery.DisposeAsync();
        Assert.Equal(isReport ? [$"{key}: nobody is told, since it is from <>, as a report is"] : [], log.Of("NobodyTold").Select(static text => text.Trim()));
    }

    [Fact]
    public async Task A_report_of_success_that_breaks_brings_no_second_copy()
    {
        _delivery.HostName = static () => throw new InvalidOperationException("a bug");
        _delivery.Start();
        var envelope = Letters.Envelope();
        var key = _delivery.Store.Commit(envelope with { Recipients = [Letters.Recipient("TO:<bob@a.example> NOTIFY=SUCCESS")] });
        var (marked, marks) = await _delivery.Store.NextMarkAsync();
        Assert.Equal((key, RecipientState.Delivered), (marked, Assert.Single(marks).State));
        _delivery.Time.Advance(TimeSpan.FromHours(1));
        _delivery.Store.Commit("carl@c.example");
        await _delivery.Store.NextMarkAsync();
        Assert.Equal((1, 0), (_delivery.Hops["a.example"].Total, _delivery.Store.Reports.Count));
    }

    [Fact]
    public async Task Each_step_of_notify_brings_one_notice_and_the_end_a_failure()
    {
        _delivery.Model = _delivery.Model with
        {
            Retry = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromDays(10)]),
            Notify = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromHours(4), TimeSpan.FromDays(1)]),
            Expire = TimeSpan.FromDays(2),
        };
        var mark = Assert.Single(await _delivery.AttemptAsync(Temporary()));
        Assert.Equal((Letters.Now.AddHours(4), 0), (mark.Due, mark.Notices));
        mark = await NextAsync(TimeSpan.FromHours(4));
        Assert.Equal((Letters.Now.AddDays(1), 1), (mark.Due, mark.Notices));
        mark = await NextAsync(TimeSpan.FromHours(20));
        Assert.Equal((Letters.Now.AddDays(2), 2), (mark.Due, mark.Notices));
        mark = await NextAsync(TimeSpan.FromDays(1));
        Assert.Equal(RecipientState.Failed, mark.State);
        Assert.Equal(["delayed", "delayed", "failed"], _delivery.Store.Reports.Select(static report => ReadReport.Of(report).Field(1, "Action")));
    }

    [Fact]
    public async Task A_notice_is_not_given_again_after_a_restart()
    {
        var key = _delivery.Store.Add("bob@a.example");
        _delivery.Store.Waiting.Add(new(key, 0, 3, Letters.Now, Notices: 1));
        _delivery.Hops["a.example"].Answer = static _ => [Temporary()];
        _delivery.Time.Advance(TimeSpan.FromDays(1));
        _delivery.Start();
        Assert.Equal(1, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).Notices);
        Assert.Empty(_delivery.Store.Reports);
    }

    [Fact]
    public async Task That_it_may_have_arrived_is_known_where_the_attempts_end_broke_and_was_never_marked()
    {
        var isBroken = true;
        var hop = _delivery.Hops["a.example"];
        _delivery.HostName = () =>
        {
            if (!isBroken)
                return "gateway.example.org";
            isBroken = false;
            hop.Answer = static _ => [Permanent()];
            throw new InvalidOperationException("a bug");
        };
        _delivery.Model = _delivery.Model with { Expire = TimeSpan.FromHours(1) };
        _delivery.Time.Advance(TimeSpan.FromHours(2));
        hop.Answer = static _ => [Temporary(Blame.Transport, maybe: true)];
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        var marked = _delivery.Store.NextMarkAsync();
        for (; !marked.IsCompleted; await Task.Yield())
            _delivery.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(Assert.Single((await marked).Marks).MaybeDelivered);
        Assert.Equal((2, false), (hop.Total, isBroken));
    }

    [Fact]
    public async Task That_it_may_have_arrived_is_known_after_a_restart()
    {
        var key = _delivery.Store.Add("bob@a.example");
        _delivery.Store.Waiting.Add(new(key, 0, 3, Letters.Now, MaybeDelivered: true));
        _delivery.Hops["a.example"].Answer = static _ => [Permanent()];
        _delivery.Start();
        Assert.True(Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).MaybeDelivered);
        Assert.Contains("may have arrived all the same", ReadReport.Of(Assert.Single(_delivery.Store.Reports)).Notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Blame.Definition)]
    [InlineData(Blame.Transport)]
    public async Task A_fault_of_ours_is_told_as_a_delay_and_never_as_a_failure(Blame blame)
    {
        _delivery.Hops["a.example"].Answer = _ => [Permanent(blame)];
        _delivery.Time.Advance(TimeSpan.FromDays(2));
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        Assert.Equal(RecipientState.Waiting, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Equal("delayed", ReadReport.Of(Assert.Single(_delivery.Store.Reports)).Field(1, "Action"));
    }

    async Task<RecipientMark> NextAsync(TimeSpan later)
    {
        var next = _delivery.Store.NextMarkAsync();
        // The loop puts a message into its schedule behind the mark, in its own time.
        for (_delivery.Time.Advance(later); !next.IsCompleted; await Task.WhenAny(next, Task.Delay(20, TestContext.Current.CancellationToken)))
            _delivery.Time.Advance(TimeSpan.FromMinutes(10));
        return Assert.Single((await next).Marks);
    }
}
