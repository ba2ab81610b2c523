using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

public sealed class RetryTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 5)]
    [InlineData(3, 10)]
    [InlineData(4, 15)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(7, 120)]
    [InlineData(8, 120)]
    [InlineData(60, 120)]
    public async Task The_wait_after_each_attempt_follows_the_schedule_and_the_last_repeats(int attempt, int minutes)
    {
        var mark = await DecideAsync(Temporary(), attempts: attempt - 1);
        Assert.Equal((RecipientState.Waiting, attempt, Letters.Now.AddMinutes(minutes)), (mark.State, mark.Attempts, mark.Due));
    }

    [Theory]
    [InlineData(Blame.Definition)]
    [InlineData(Blame.Transport)]
    public async Task What_is_not_the_hosts_word_on_the_recipient_is_a_delay(Blame blame) =>
        Assert.Equal(RecipientState.Waiting, (await DecideAsync(Permanent(blame))).State);

    [Fact]
    public async Task The_hosts_refusal_is_final() => Assert.Equal(RecipientState.Failed, (await DecideAsync(Permanent())).State);

    [Fact]
    public async Task The_last_try_is_at_the_end_of_a_messages_life()
    {
        var mark = await DecideAsync(Temporary(), attempts: 9, age: TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1));
        Assert.Equal((RecipientState.Waiting, Letters.Now.AddMinutes(1)), (mark.State, mark.Due));
        mark = await DecideAsync(Temporary(), attempts: 10, age: TimeSpan.FromDays(5));
        Assert.Equal((RecipientState.Failed, "expired; last: 451 4.0.0 later"), (mark.State, mark.Reply));
    }

    [Fact]
    public async Task A_message_that_may_have_arrived_waits_its_whole_step()
    {
        var mark = await DecideAsync(Temporary(maybe: true), attempts: 0, age: TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        Assert.Equal((RecipientState.Waiting, true, Letters.Now.AddMinutes(2)), (mark.State, mark.MaybeDelivered, mark.Due));
    }

    [Fact]
    public async Task That_it_may_have_arrived_is_kept_until_it_is_delivered()
    {
        Assert.True((await DecideAsync(Temporary(), maybeDelivered: true)).MaybeDelivered);
        Assert.True((await DecideAsync(Permanent(), maybeDelivered: true)).MaybeDelivered);
        Assert.True((await DecideAsync(Temporary(), age: TimeSpan.FromDays(5), maybeDelivered: true)).MaybeDelivered);
        Assert.False((await DecideAsync(Delivered, maybeDelivered: true)).MaybeDelivered);
        Assert.False((await DecideAsync(Temporary())).MaybeDelivered);
    }

    [Fact]
    public async Task One_that_may_have_arrived_earlier_keeps_to_the_end_of_its_life()
    {
        var mark = await DecideAsync(Temporary(), attempts: 9, age: TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1), maybeDelivered: true);
        Assert.Equal((RecipientState.Waiting, Letters.Now.AddMinutes(1)), (mark.State, mark.Due));
    }

    [Fact]
    public async Task A_schedule_of_zero_never_makes_a_hot_loop()
    {
        var mark = await DecideAsync(Temporary(), model: new QueueModel { Retry = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.Zero]) });
        Assert.Equal(Letters.Now.AddSeconds(1), mark.Due);
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_decided_is_the_default_one()
    {
        var model = new QueueModel
        {
            Retry = new Deciding<IReadOnlyList<TimeSpan>>(_ => Evaluation<IReadOnlyList<TimeSpan>>.Unavailable("down")),
            Expire = new Deciding<TimeSpan>(_ => throw new OperationCanceledException()),
        };
        Assert.Equal(Letters.Now.AddMinutes(2), (await DecideAsync(Temporary(), model: model)).Due);
    }

    [Theory]
    [InlineData("slow.example.net", 60)]
    [InlineData("mx.example.net", 5)]
    [InlineData(null, 5)]
    public async Task The_schedule_may_ask_which_exchanger_it_was(string? exchanger, int minutes)
    {
        var model = new QueueModel
        {
            Retry = new Deciding<IReadOnlyList<TimeSpan>>(subject =>
                new Evaluation<IReadOnlyList<TimeSpan>>([TimeSpan.FromMinutes(subject.Text(RuleVariable.Mx) == "slow.example.net" ? 60 : 5)])),
        };
        Assert.Equal(Letters.Now.AddMinutes(minutes), (await DecideAsync(Temporary() with { Exchanger = exchanger }, model: model)).Due);
    }

    [Fact]
    public async Task An_expiry_that_cannot_be_decided_is_the_latest_that_it_may_come_to()
    {
        var known = new MembershipCondition(RuleVariable.Rcpt, new Down(), negated: false);
        var model = new QueueModel { Expire = new RuleSetting<TimeSpan>([new(known, TimeSpan.FromDays(10))], TimeSpan.FromDays(7)) };
        Assert.Equal(RecipientState.Waiting, (await DecideAsync(Temporary(), age: TimeSpan.FromDays(9), model: model)).State);
        Assert.Equal(RecipientState.Failed, (await DecideAsync(Temporary(), age: TimeSpan.FromDays(10), model: model)).State);
    }

    sealed class Down : IMembership
    {
        public string Name => "remote/down";

        public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(Membership.Unavailable);
    }

    [Fact]
    public async Task The_clock_drives_attempt_after_attempt()
    {
        await using var delivery = new DeliveryFixture();
        var marks = await delivery.AttemptAsync(Temporary());
        for (var attempt = 1; attempt < 10; attempt++)
        {
            Assert.Equal(attempt, Assert.Single(marks).Attempts);
            var next = delivery.Store.NextMarkAsync();
            while (!next.IsCompleted)
            {
                delivery.Time.Advance(TimeSpan.FromMinutes(1));
                await Task.Yield();
            }
            marks = (await next).Marks;
        }
    }

    static async Task<RecipientMark> DecideAsync(Outcome outcome, int attempts = 0, TimeSpan age = default, QueueModel? model = null, bool maybeDelivered = false)
    {
        var envelope = Letters.Envelope("bob@a.example");
        envelope = envelope with { Origin = envelope.Origin with { Received = Letters.Now - age } };
        var message = new QueuedMessage(new MessageKey(1), envelope, new MemoryBody([]));
        return (await Posthouse.Gateway.Delivery.RetryPolicy.DecideAsync(
            message, new(0, attempts, MaybeDelivered: maybeDelivered), outcome, model ?? new QueueModel(), Letters.Now, TestContext.Current.CancellationToken)).Mark;
    }
}
