using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>A host that takes fewer recipients in a transaction than there are.</summary>
public sealed class SplitTests : IAsyncDisposable
{
    static readonly Outcome TooMany = new(Disposition.Temporary, Blame.Host, new Reply(452, new EnhancedCode(4, 5, 3), "too many"));

    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Theory]
    [InlineData(452, true)]
    [InlineData(452, false)]
    [InlineData(552, false)]
    public async Task Those_that_were_too_many_go_at_once_in_transactions_of_their_own(int code, bool isEnhanced)
    {
        var tooMany = TooMany with { Reply = new Reply(code, isEnhanced ? new EnhancedCode(4, 5, 3) : null, "too many") };
        _delivery.Hops["a.example"].Answer = request => [.. request.Recipients.Select((_, i) => i < 2 ? Delivered : tooMany)];
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
    public async Task A_host_that_takes_none_has_its_rest()
    {
        _delivery.Hops["a.example"].Answer = static _ => [TooMany, TooMany];
        _delivery.Start();
        _delivery.Store.Commit("a@a.example", "b@a.example");
        Assert.All((await _delivery.Store.NextMarkAsync()).Marks, static mark => Assert.Equal(RecipientState.Waiting, mark.State));
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }
}
