using System.Net;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

public class CacheTests
{
    readonly FakeTimeProvider _time = new();

    static Answer Yes => new() { Kind = AnswerKind.Yes };

    static Answer No => new() { Kind = AnswerKind.No };

    [Fact]
    public void The_entry_used_longest_ago_goes_first()
    {
        var lru = new ExpiringLru<int, string>(2, _time);
        lru.Set(1, "one", TimeSpan.FromHours(1));
        lru.Set(2, "two", TimeSpan.FromHours(1));
        Assert.True(lru.TryGet(1, out _));
        lru.Set(3, "three", TimeSpan.FromHours(1));

        Assert.False(lru.TryGet(2, out _));
        Assert.True(lru.TryGet(1, out var one));
        Assert.Equal("one", one);
        Assert.Equal(2, lru.Count);
    }

    [Fact]
    public void A_look_up_does_not_lengthen_a_life()
    {
        var lru = new ExpiringLru<int, string>(2, _time);
        lru.Set(1, "one", TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.True(lru.TryGet(1, out _));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(lru.TryGet(1, out _));
        Assert.Equal(0, lru.Count);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(2, 0)]
    public void A_capacity_or_a_life_of_zero_keeps_nothing(int capacity, int seconds)
    {
        var lru = new ExpiringLru<int, string>(capacity, _time);
        lru.Set(1, "one", TimeSpan.FromSeconds(seconds));
        Assert.False(lru.TryGet(1, out _));
    }

    [Fact]
    public void Yes_and_no_live_by_their_own_settings()
    {
        var cache = new AnswerCache(new RemoteCacheOptions { Positive = TimeSpan.FromHours(2), Negative = TimeSpan.FromHours(1) }, _time);
        cache.Keep(Question.Verify("yes"), Yes, cache.Generation);
        cache.Keep(Question.Verify("no"), No, cache.Generation);
        _time.Advance(TimeSpan.FromMinutes(61));

        Assert.True(Knows(cache, Question.Verify("yes"), out _));
        Assert.False(Knows(cache, Question.Verify("no"), out _));
    }

    [Theory]
    [InlineData(AnswerKind.Full)]
    [InlineData(AnswerKind.Refused)]
    [InlineData(AnswerKind.Unavailable)]
    public void What_is_neither_yes_nor_no_is_never_kept(AnswerKind kind)
    {
        var cache = new AnswerCache(new RemoteCacheOptions(), _time);
        cache.Keep(Question.Verify("x"), new Answer { Kind = kind }, cache.Generation);
        Assert.False(Knows(cache, Question.Verify("x"), out _));
    }

    [Fact]
    public void A_new_answer_takes_the_place_of_its_opposite()
    {
        var cache = new AnswerCache(new RemoteCacheOptions(), _time);
        cache.Keep(Question.Expand("x"), Yes, cache.Generation);
        cache.Keep(Question.Expand("x"), No, cache.Generation);
        Assert.True(Knows(cache, Question.Expand("x"), out var answer));
        Assert.Equal((AnswerKind.No, AnswerSource.Cache), (answer.Kind, answer.Source));
        Assert.Equal((0, 1), (cache.PositiveEntries, cache.NegativeEntries));
    }

    [Fact]
    public void One_name_asked_in_two_ways_is_two_questions()
    {
        var cache = new AnswerCache(new RemoteCacheOptions(), _time);
        cache.Keep(Question.Expand("x"), Yes, cache.Generation);
        Assert.False(Knows(cache, Question.Verify("x"), out _));
    }

    [Fact]
    public void Two_users_with_one_password_share_no_digest_and_hosts_neither()
    {
        using var jane = new Credentials("jane", "tulip"u8);
        using var joe = new Credentials("joe", "tulip"u8);
        using var shifted = new Credentials("janetu", "lip"u8);
        var digests = new LoginDigests("box");

        Assert.Equal(digests.Of(jane), digests.Of(jane));
        Assert.NotEqual(digests.Of(jane), digests.Of(joe));
        Assert.NotEqual(digests.Of(jane), digests.Of(shifted));
        Assert.NotEqual(digests.Of(jane), digests.Of(jane, IPAddress.Loopback));
        Assert.NotEqual(digests.Of(jane, IPAddress.IPv6Loopback), digests.Of(jane, IPAddress.Loopback));
        Assert.Equal(digests.Of(jane, IPAddress.Loopback), digests.Of(jane, IPAddress.Loopback));
        Assert.NotEqual(digests.Of(jane), new LoginDigests("other").Of(jane));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(255)]
    [InlineData(8192)]
    public void A_password_and_a_token_with_the_same_octets_share_no_digest(int length)
    {
        var secret = new byte[length];
        Array.Fill(secret, (byte)'x');
        using var password = new Credentials("jane", secret);
        using var token = new Credentials("jane", secret, CredentialKind.BearerToken);
        secret[^1] = (byte)'y';
        using var other = new Credentials("jane", secret, CredentialKind.BearerToken);
        var digests = new LoginDigests("box");

        Assert.Equal(digests.Of(token), digests.Of(token));
        Assert.NotEqual(digests.Of(token), digests.Of(password));
        Assert.NotEqual(digests.Of(token), digests.Of(other));
        using var copy = token.Copy();
        Assert.Equal(digests.Of(token), digests.Of(copy));
    }

    [Fact]
    public void A_grace_is_no_longer_than_it_was_set_for()
    {
        var lru = new ExpiringLru<int, string>(2, _time);
        lru.Set(1, "one", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.True(lru.TryGet(1, TimeSpan.FromHours(1), out _, out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(lru.TryGet(1, TimeSpan.FromHours(1), out _, out _));
    }

    [Fact]
    public void A_refused_login_is_kept_for_a_minute_and_a_vague_one_for_half()
    {
        var cache = new AnswerCache(new RemoteCacheOptions(), _time);
        var (plain, vague) = (Question.Login("jane", new Digest(1, 2, 3, 4)), Question.Login("joe", new Digest(1, 2, 3, 4)));
        cache.Keep(plain, No, cache.Generation);
        cache.Keep(vague, No, cache.Generation, isVague: true);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(Knows(cache, plain, out _));
        Assert.False(Knows(cache, vague, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(Knows(cache, plain, out _));
    }

    [Fact]
    public void A_right_login_clears_the_users_refusals_and_its_older_secret()
    {
        var cache = new AnswerCache(new RemoteCacheOptions(), _time);
        var (old, wrong, right) = (Question.Login("jane", new Digest(1, 0, 0, 0)), Question.Login("jane", new Digest(2, 0, 0, 0)), Question.Login("jane", new Digest(3, 0, 0, 0)));
        var other = Question.Login("joe", new Digest(2, 0, 0, 0));
        cache.Keep(old, Yes, cache.Generation);
        cache.Keep(wrong, No, cache.Generation);
        cache.Keep(other, No, cache.Generation);
        Assert.True(Knows(cache, old, out _));

        cache.Keep(right, Yes, cache.Generation);

        Assert.False(Knows(cache, old, out _));
        Assert.False(Knows(cache, wrong, out _));
        Assert.True(Knows(cache, right, out _));
        Assert.True(Knows(cache, other, out _));
    }

    static bool Knows(AnswerCache cache, Question question, out Answer answer) => cache.Look(question, out answer) != Standing.Unknown;
}
