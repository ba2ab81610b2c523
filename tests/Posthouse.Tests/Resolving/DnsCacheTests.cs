using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Resolving;

namespace Posthouse.Tests.Resolving;

public class DnsCacheTests
{
    readonly FakeTimeProvider _time = new();
    readonly List<string> _asked = [];
    Task<DnsAnswer<int>>? _hold;
    DnsAnswer<int> _answer = new(DnsFinding.Found, [1], TimeSpan.FromSeconds(60));

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Found", 60)]
    [InlineData("NoSuchName", 30)]
    [InlineData("Empty", 30)]
    public async Task An_answer_holds_as_long_as_it_lives(string finding, int seconds)
    {
        _answer = new DnsAnswer<int>(Enum.Parse<DnsFinding>(finding), [], TimeSpan.FromSeconds(seconds));
        var cache = Cache();
        await cache.FindAsync("a.example", Token);
        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Same(_answer, await cache.FindAsync("a.example", Token));
        Assert.Single(_asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        await cache.FindAsync("a.example", Token);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task An_answer_without_a_life_is_asked_for_each_time()
    {
        _answer = _answer with { Life = TimeSpan.Zero };
        var cache = Cache();
        await cache.FindAsync("a.example", Token);
        await cache.FindAsync("a.example", Token);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_failure_is_kept_for_a_moment_only()
    {
        _answer = DnsAnswer<int>.Unavailable("SERVFAIL");
        var cache = Cache();
        await cache.FindAsync("a.example", Token);
        await cache.FindAsync("a.example", Token);
        Assert.Single(_asked);
        _time.Advance(TimeSpan.FromSeconds(10));
        await cache.FindAsync("a.example", Token);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task What_two_ask_at_once_is_asked_once_and_goes_on_when_one_gives_up()
    {
        var gate = new TaskCompletionSource<DnsAnswer<int>>();
        _hold = gate.Task;
        var cache = Cache();
        using var impatience = new CancellationTokenSource();
        var first = cache.FindAsync("a.example", impatience.Token);
        var second = cache.FindAsync("a.example", Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult(_answer);
        Assert.Same(_answer, await second);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task The_least_recently_used_goes_first()
    {
        var cache = Cache();
        for (var i = 0; i < DnsCache<int>.Capacity; i++)
            await cache.FindAsync($"{i}", Token);
        await cache.FindAsync("0", Token);
        await cache.FindAsync("one more", Token);
        var before = _asked.Count;
        await cache.FindAsync("0", Token);
        Assert.Equal(before, _asked.Count);
        await cache.FindAsync("1", Token);
        Assert.Equal(before + 1, _asked.Count);
    }

    DnsCache<int> Cache() => new(name =>
    {
        _asked.Add(name);
        return _hold ?? Task.FromResult(_answer);
    }, _time);
}
