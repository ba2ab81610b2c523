using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Bounds;

public class SessionThrottlesTests
{
    readonly FakeTimeProvider _time = new();
    readonly SessionThrottles _throttles;

    public SessionThrottlesTests() => _throttles = new SessionThrottles(_time);

    [Fact]
    public void A_rate_takes_its_count_at_once_and_then_one_for_each_part_of_its_period()
    {
        var key = Rate(3, TimeSpan.FromMinutes(1), "a");
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => Enters(key)));
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(Enters(key));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, false], [Enters(key), Enters(key)]);
        Assert.True(Enters(key with { Value = "b" }));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => Enters(key)));
    }

    [Fact]
    public void A_place_is_given_back_once()
    {
        var key = Places(2, "a");
        var (first, second) = (_throttles.TryEnter([key]), _throttles.TryEnter([key]));
        Assert.Null(_throttles.TryEnter([key]));
        first!.Dispose();
        first.Dispose();
        Assert.NotNull(_throttles.TryEnter([key]));
        Assert.Null(_throttles.TryEnter([key]));
        Assert.NotNull(second);
    }

    [Fact]
    public void Who_is_refused_by_one_counts_in_none()
    {
        var (free, full) = (Places(5, "a"), Places(1, "b"));
        var rate = Rate(1, TimeSpan.FromHours(1), "c");
        using var held = _throttles.TryEnter([full]);
        Assert.Null(_throttles.TryEnter([free, rate, full]));
        Assert.Equal(1, _throttles.Count);
        Assert.True(Enters(rate));
    }

    [Fact]
    public void Whatever_comes_and_goes_the_counts_return_to_zero()
    {
        var random = new Random(7);
        ThrottleModel[] throttles = [Model(3, 0), Model(0, 5), Model(2, 4)];
        List<ThrottleHold> held = [];
        Dictionary<string, int> running = [];
        for (var i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(random.Next(3)));
            if (random.Next(2) == 0 && held.Count > 0)
            {
                var place = random.Next(held.Count);
                held[place].Dispose();
                held.RemoveAt(place);
            }
            else if (_throttles.TryEnter([.. throttles.Where(_ => random.Next(2) == 0).Select(throttle => new ThrottleKey(throttle, $"{random.Next(4)}"))]) is { } hold)
            {
                held.Add(hold);
            }
        }
        held.ForEach(static one => one.Dispose());
        _time.Advance(TimeSpan.FromHours(1));
        // What only a rate remembered goes when the next one rests.
        Enters(Rate(1, TimeSpan.FromSeconds(1), "last"));
        Assert.Equal(1, _throttles.Count);

        ThrottleModel Model(int concurrency, int count) => new(null, [RuleVariable.Sender], concurrency, count, TimeSpan.FromMinutes(1)) { Written = $"{concurrency} {count}" };
    }

    [Fact]
    public void Ever_new_values_cost_no_memory_and_push_out_nobody_who_is_here()
    {
        var throttle = new ThrottleModel(null, [RuleVariable.HeloDomain], 1, 1, TimeSpan.FromDays(1));
        var here = new ThrottleKey(throttle, "here");
        using var place = _throttles.TryEnter([here]);
        for (var i = 0; i < SessionThrottles.MostRemembered + 100; i++)
            _throttles.TryEnter([new ThrottleKey(throttle, $"{i}")])!.Dispose();
        Assert.Equal(SessionThrottles.MostRemembered + 1, _throttles.Count);
        Assert.False(Enters(here));
        Assert.False(Enters(here with { Value = $"{SessionThrottles.MostRemembered + 99}" }));
        Assert.True(Enters(here with { Value = "0" }));
    }

    [Fact]
    public void A_throttle_that_is_written_as_before_keeps_its_counts_and_another_does_not()
    {
        using var place = _throttles.TryEnter([Places(1, "a", "as before")]);
        Assert.False(Enters(Places(1, "a", "as before")));
        Assert.True(Enters(Places(1, "a", "otherwise")));
    }

    bool Enters(ThrottleKey key)
    {
        if (_throttles.TryEnter([key]) is not { } hold)
            return false;
        hold.Dispose();
        return true;
    }

    static readonly ThrottleModel OneRate = new(null, [], 0, 0, default) { Written = "rate" };

    static ThrottleKey Rate(int count, TimeSpan period, string value) => new(OneRate with { Count = count, Period = period }, value);

    static ThrottleKey Places(int concurrency, string value, string written = "places") => new(new ThrottleModel(null, [], concurrency, 0, default) { Written = written }, value);
}
