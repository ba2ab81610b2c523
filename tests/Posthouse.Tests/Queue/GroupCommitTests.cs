using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

public sealed class GroupCommitTests : IDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();
    readonly CommitGate _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _queue.Dispose();
    }

    [Fact]
    public async Task Commits_that_arrive_during_a_commit_share_the_next_one()
    {
        await using var store = _queue.Open(_gate.Pass);
        var first = store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        await _gate.ReachedAsync();
        var others = Enumerable.Range(0, 20).Select(_ => store.CommitAsync([2], Letters.Envelope("bob@example.net"))).ToArray();
        Assert.DoesNotContain(others, other => other.IsCompleted);

        _gate.Open();
        Assert.Equal(IntakeResult.Committed, await first);
        Assert.All(await Task.WhenAll(others), result => Assert.Equal(IntakeResult.Committed, result));
        Assert.Equal(2, store.Groups);
    }

    [Fact]
    public async Task A_mark_joins_the_commit_of_a_message()
    {
        _gate.Open();
        await using var store = _queue.Open(_gate.Pass);
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        store.Record((await store.Committed.ReadAsync(Cancel)).Key, [Delivered]);
        await store.CommitAsync([1], Letters.Envelope("carl@example.net"));
        Assert.Equal(2, store.Groups);
        Assert.Equal(1, _queue.Count("message"));
    }

    [Fact]
    public async Task A_mark_without_company_is_written_after_50_ms()
    {
        _gate.Open();
        await using var store = _queue.Open(_gate.Pass);
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        await _gate.ReachedAsync();
        store.Record((await store.Committed.ReadAsync(Cancel)).Key, [Delivered]);
        _queue.Time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Equal(1, store.Groups);
        _queue.Time.Advance(TimeSpan.FromMilliseconds(1));
        await _gate.ReachedAsync();
    }

    [Fact]
    public async Task A_large_body_waits_for_the_disk_rather_than_in_memory()
    {
        await using var store = _queue.Open(_gate.Pass);
        await using var message = store.Begin();
        var piece = Letters.Body(IncomingMessage.ChunkSize);
        await message.WriteAsync(piece, Cancel);
        await message.WriteAsync(piece, Cancel); // the first chunk leaves
        await _gate.ReachedAsync();
        var held = message.WriteAsync(piece, Cancel).AsTask();
        Assert.False(held.IsCompleted);
        _gate.Open();
        await held;
        Assert.Equal(IntakeResult.Committed, await message.CommitAsync(Letters.Envelope("bob@example.net")));
    }

    [Fact]
    public async Task Fifty_megabytes_pass_through_whole()
    {
        await using var store = _queue.Open();
        await using var message = store.Begin();
        var piece = Letters.Body(100_003);
        for (var sent = 0; sent < 500; sent++)
            await message.WriteAsync(piece, Cancel);
        Assert.Equal(IntakeResult.Committed, await message.CommitAsync(Letters.Envelope("bob@example.net")));

        var body = (await store.Committed.ReadAsync(Cancel)).Body;
        Assert.Equal(500 * 100_003, body.Length);
        var at = 0;
        await foreach (var octets in body.ReadAsync(Cancel))
        {
            Assert.InRange(octets.Length, 1, 256 * 1024);
            for (var i = 0; i < octets.Length;)
            {
                var length = Math.Min(octets.Length - i, piece.Length - at);
                Assert.True(octets.Span.Slice(i, length).SequenceEqual(piece.AsSpan(at, length)));
                i += length;
                at = (at + length) % piece.Length;
            }
        }
    }

    static RecipientMark Delivered => new(0, RecipientState.Delivered, 1, Letters.Now, false, "250 2.0.0 ok");
}
