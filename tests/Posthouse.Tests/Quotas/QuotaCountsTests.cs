using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Quotas;

public class QuotaCountsTests
{
    static readonly QuotaModel Ten = new(null, [RuleVariable.Rcpt], 10, 0);
    readonly QuotaCounts _counts = new();

    [Fact]
    public async Task Sessions_side_by_side_never_share_the_last_place()
    {
        var results = await Task.WhenAll(Enumerable.Range(1, 200).Select(i => Task.Run(() => Add(i, 1, Ten, "a"), TestContext.Current.CancellationToken)));
        Assert.Equal(10, results.Count(static result => result == IntakeResult.Committed));
        Assert.Equal(190, results.Count(static result => result == IntakeResult.OverQuota));
    }

    [Theory]
    [InlineData(0, 100, IntakeResult.Committed)]
    [InlineData(0, 101, IntakeResult.TooBig)]
    [InlineData(60, 40, IntakeResult.Committed)]
    [InlineData(60, 41, IntakeResult.OverQuota)]
    [InlineData(60, 0, IntakeResult.Committed)]
    [InlineData(100, 0, IntakeResult.OverQuota)]
    public void Octets_are_bounded_and_what_can_never_fit_is_told_so(long waiting, long size, IntakeResult result)
    {
        var quota = new QuotaModel(null, [], 0, 100);
        if (waiting > 0)
            Assert.Equal(IntakeResult.Committed, Add(1, waiting, quota, ""));
        Assert.Equal(result, _counts.Fits(new QuotaKey(quota, ""), size));
        Assert.Equal(result, Add(2, size, quota, ""));
    }

    [Fact]
    public void A_message_that_one_quota_refuses_counts_in_none()
    {
        var full = new QuotaModel(null, [], 1, 0);
        Assert.Equal(IntakeResult.Committed, Add(1, 1, full, ""));
        Assert.Equal(IntakeResult.OverQuota, _counts.TryAdd(new MessageKey(2), 1, [Share(Ten, "a", 0), Share(full, "", 0)], mayExceed: false, out var which));
        Assert.Equal((full, 1), (which.Quota, _counts.Values));
        Assert.Equal(IntakeResult.Committed, _counts.TryAdd(new MessageKey(3), 1, [Share(full, "", 0)], mayExceed: true, out _));
    }

    [Fact]
    public void A_message_counts_until_the_last_of_its_recipients_under_a_value_has_left()
    {
        var message = new MessageKey(1);
        _counts.TryAdd(message, 5, [Share(Ten, "a", 0, 2), Share(Ten, "b", 1)], mayExceed: false, out _);
        _counts.Leave(message, [2, 1]);
        Assert.Equal((1, 1), (_counts.Messages, _counts.Values));
        _counts.Leave(message, [2]);
        _counts.Leave(message, [0]);
        _counts.Leave(message, [0]);
        Assert.Equal((0, 0), (_counts.Messages, _counts.Values));
    }

    [Fact]
    public void Whatever_comes_and_goes_the_counts_return_to_zero()
    {
        var random = new Random(11);
        QuotaModel[] quotas = [Ten, new(null, [], 0, 400), new(null, [RuleVariable.Sender], 7, 200)];
        Dictionary<long, List<int>> here = [];
        for (var i = 1; i < 5000; i++)
        {
            if (random.Next(2) == 0 && here.Count > 0)
            {
                var (key, ordinals) = here.ElementAt(random.Next(here.Count));
                var left = ordinals.Where(_ => random.Next(2) == 0).ToArray();
                _counts.Leave(new MessageKey(key), random.Next(9) == 0 ? null : left);
                continue;
            }
            List<QuotaShare> shares = [.. quotas.Where(_ => random.Next(2) == 0).Select(quota => Share(quota, $"{random.Next(3)}", 0, 1, 2))];
            if (_counts.TryAdd(new MessageKey(i), random.Next(90), shares, random.Next(9) == 0, out _) == IntakeResult.Committed)
                here[i] = [0, 1, 2];
        }
        foreach (var key in here.Keys)
            _counts.Leave(new MessageKey(key), [0, 1, 2]);
        Assert.Equal((0, 0), (_counts.Messages, _counts.Values));
    }

    [Fact]
    public void Who_leaves_while_the_queue_is_read_is_not_counted_and_nobody_counts_twice()
    {
        _counts.BeginReading();
        _counts.Leave(new MessageKey(1), [0]);
        _counts.Leave(new MessageKey(2), null);
        Add(4, 1, Ten, "a");
        for (var key = 1; key <= 4; key++)
            _counts.AddFound(new MessageKey(key), 1, [Share(Ten, "a", 0)]);
        _counts.EndReading();
        Assert.Equal(2, _counts.Messages);
        _counts.Leave(new MessageKey(3), [0]);
        _counts.Leave(new MessageKey(4), [0]);
        Assert.Equal(0, _counts.Values);
    }

    static QuotaShare Share(QuotaModel quota, string value, params int[] ordinals) => new(new QuotaKey(quota, value), [.. ordinals]);

    IntakeResult Add(long key, long size, QuotaModel quota, string value) =>
        _counts.TryAdd(new MessageKey(key), size, [Share(quota, value, 0)], mayExceed: false, out _);
}
