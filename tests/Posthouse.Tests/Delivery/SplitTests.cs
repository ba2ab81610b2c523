using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>A host that takes fewer recipients in a transaction than there are.</summary>
public sealed class SplitTests : IAsyncDisposable
{
    static readonly Outcome TooMany = new(Disposition.Temporary, Blame.Host, new Reply(452, new EnhancedCode(4, 5, 3), "too many")) { IsOneTooMany = true };

    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task Those_that_were_too_many_go_at_once_in_transactions_of_their_own()
    {
        _delivery.Hops["a.example"].Answer = request => [.. request.Recipients.Select((_, i) => i < 2 ? Delivered : TooMany)];
        _delivery.Start();
        _delivery.Store.Commit("a@a.example", "b@a.example", "c@a.example", "d@a.example", "e@a.example");
        List<RecipientMark> marks = [];
        while (marks.Count < 5)
            marks.AddRange((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal([0, 1, 2, 3, 4], marks.Select(static mark => mark.Ordinal));
        Assert.All(marks, static mark => Assert.Equal((RecipientState.Delivered, 1), (mark.State, mark.Attempts)));
        Assert.Equal(3, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task Those_that_were_too_many_go_at_once_also_where_the_others_were_refused_for_good()
    {
        var unknown = new Outcome(Disposition.Permanent, Blame.Host, new Reply(550, new EnhancedCode(5, 1, 1), "no such user"));
        _delivery.Hops["a.example"].Answer = request => request.Recipients.Count > 1 ? [unknown, .. Enumerable.Repeat(TooMany, request.Recipients.Count - 1)] : [Delivered];
        _delivery.Start();
        _delivery.Store.Commit("a@a.example", "b@a.example");
        List<RecipientMark> marks = [];
        while (marks.Count < 2)
            marks.AddRange((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal([RecipientState.Failed, RecipientState.Delivered], marks.Select(static mark => mark.State));
    }

    [Fact]
    public async Task One_whose_mailbox_had_no_room_behind_the_dot_has_its_rest()
    {
        _delivery.Hops["a.example"].Answer = static _ => [Delivered, TooMany with { IsOneTooMany = false, Reply = new Reply(452, null, "over quota") }];
        _delivery.Start();
        _delivery.Store.Commit("a@a.example", "b@a.example");
        List<RecipientMark> marks = [];
        while (marks.Count < 2)
            marks.AddRange((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal([RecipientState.Delivered, RecipientState.Waiting], marks.Select(static mark => mark.State));
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }

    [Theory]
    [InlineData("452 too many", true)]
    [InlineData("452 4.5.3 too many", true)]
    [InlineData("552 too many", true)]
    [InlineData("552 5.5.3 too many", true)]
    [InlineData("452 4.2.2 over quota", false)]
    [InlineData("552 5.2.2 over quota", false)]
    [InlineData("451 4.5.3 later", false)]
    public void A_reply_to_RCPT_may_speak_of_the_transaction(string line, bool expected)
    {
        var words = line.Split(' ');
        var digits = words[1].Split('.');
        EnhancedCode? enhanced = digits.Length == 3 ? new EnhancedCode(digits[0][0] - '0', digits[1][0] - '0', digits[2][0] - '0') : null;
        var outcome = Outcomes.FromRcptReply(new Reply(int.Parse(words[0], null), enhanced, "text"));
        Assert.Equal(expected, outcome.IsOneTooMany);
        Assert.True(!expected || outcome.Disposition == Disposition.Temporary);
    }

    [Fact]
    public async Task A_host_that_takes_none_has_its_rest()
    {
        _delivery.Hops["a.example"].Answer = static _ => [TooMany, TooMany];
        _delivery.Start();
        _delivery.Store.Commit("a@a.example", "b@a.example");
        Assert.All((await _delivery.Store.NextMarkAsync()).Marks, static mark => Assert.Equal(RecipientState.Waiting, mark.State));
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }
}
