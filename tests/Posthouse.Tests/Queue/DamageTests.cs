using Posthouse.Gateway.Queue;
using Posthouse.Tests.Remotes.Faults;

namespace Posthouse.Tests.Queue;

/// <summary>Rows that are not what was written: found when they are read, set aside, told once, never dropped; other mail goes on.</summary>
public sealed class DamageTests : IDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Theory]
    [InlineData("UPDATE message SET reverse_path = 'eve@example.org' WHERE id = $id", "its row is not what was written")]
    [InlineData("UPDATE message SET size = size + 1 WHERE id = $id", "its row is not what was written")]
    [InlineData("UPDATE message SET helo_domain = '' WHERE id = $id", "its row is not what was written")]
    [InlineData("UPDATE recipient SET mailbox = 'eve@example.net' WHERE message = $id", "the row of recipient 0 is not what was written")]
    [InlineData("UPDATE recipient SET notify = 7 WHERE message = $id", "the row of recipient 0 is not what was written")]
    [InlineData("UPDATE recipient SET ordinal = 5 WHERE message = $id", "the state of recipient 5 is not what was written")]
    [InlineData("UPDATE recipient SET state = 1 WHERE message = $id", "the state of recipient 0 is not what was written")]
    [InlineData("UPDATE recipient SET due = due + 1 WHERE message = $id", "the state of recipient 0 is not what was written")]
    [InlineData("UPDATE recipient SET reply = '250 ok' WHERE message = $id", "the state of recipient 0 is not what was written")]
    [InlineData("UPDATE message SET held = 1 WHERE id = $id", "whether it is held is not what was written")]
    [InlineData("UPDATE message SET require_tls = 1 WHERE id = $id", "whether it requires TLS is not what was written")]
    [InlineData("DELETE FROM message WHERE id = $id", "its recipients are there and it is not")]
    [InlineData("DELETE FROM recipient WHERE message = $id", "it has no recipient")]
    [InlineData("UPDATE chunk SET octets = zeroblob(length(octets)) WHERE id = ($id << 16) + 1", "the 65536 octets behind octet 65536 are not those that were written")]
    [InlineData("UPDATE chunk SET octets = substr(octets, 2) WHERE id = $id << 16", "the 65535 octets behind octet 0 are not those that were written")]
    [InlineData("DELETE FROM chunk WHERE id = ($id << 16) + 1", "octet 65536 of its 200000 is missing")]
    public async Task A_damaged_message_is_set_aside_and_another_goes_on(string damage, string reason)
    {
        var (damaged, sound) = await QueueTwoAsync();
        Damage(damaged, damage);

        var log = new KeptLog();
        await using (var store = _queue.Open(logger: log))
        {
            var backlog = store.ReadBacklog();
            if (backlog.Any(waiting => waiting.Key == damaged) && store.Read(damaged) is { } message)
                await Assert.ThrowsAsync<InvalidDataException>(message.Body.OctetsAsync);
            Assert.Null(store.Read(damaged));
            Assert.Equal(Letters.Body(200_000), await store.Read(sound)!.Body.OctetsAsync());
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], Letters.Envelope("joe@example.net")));
            Assert.False(store.HasFailed);
            // A delivery that was under way may still be marked; that does not take the rest away.
            store.Record(damaged, [new RecipientMark(0, RecipientState.Failed, 1, Letters.Now, false, "550 no")]);
        }
        Assert.Contains(reason, Assert.Single(log.Of("Damaged"), line => line.StartsWith($"{damaged}: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(1, _queue.Count("quarantine"));
        if (!damage.StartsWith("DELETE FROM message", StringComparison.Ordinal))
            Assert.Equal(1, _queue.Count($"message WHERE id = {damaged.Value}"));

        await using var again = _queue.Open();
        Assert.DoesNotContain(again.ReadBacklog(), waiting => waiting.Key == damaged);
        Assert.Null(again.Read(damaged));
        Assert.Contains(StoreCheck.Run(_queue.Folder).Problems, line => line.StartsWith($"{damaged}: in quarantine since 2026-11-23 08:00:00Z: {reason}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE message SET reverse_path = 'eve@example.org' WHERE id = $id", "its row is not what was written")]
    [InlineData("UPDATE recipient SET mailbox = 'eve@example.net' WHERE message = $id", "the row of recipient 0 is not what was written")]
    [InlineData("UPDATE recipient SET state = 1 WHERE message = $id", "the state of recipient 0 is not what was written")]
    [InlineData("UPDATE recipient SET ordinal = 5 WHERE message = $id", "recipient 0 is missing")]
    [InlineData("UPDATE message SET held = 1 WHERE id = $id", "whether it is held is not what was written")]
    [InlineData("UPDATE message SET require_tls = 1 WHERE id = $id", "whether it requires TLS is not what was written")]
    [InlineData("DELETE FROM message WHERE id = $id", "recipient 0 is there and its message is not")]
    [InlineData("DELETE FROM message WHERE id = $id", "its body is there and it is not")]
    [InlineData("DELETE FROM recipient WHERE message = $id", "it has no recipient")]
    [InlineData("UPDATE chunk SET octets = zeroblob(length(octets)) WHERE id = ($id << 16) + 1", "chunk 1 of its body is not what was written")]
    [InlineData("DELETE FROM chunk WHERE id = ($id << 16) + 1", "chunk 1 of its body is missing")]
    [InlineData("DELETE FROM chunk WHERE id = ($id << 16) + 3", "its body has 196608 octets and not 200000")]
    [InlineData("DELETE FROM chunk WHERE id BETWEEN $id << 16 AND ($id << 16) + 9", "its body of 200000 octets is missing")]
    public async Task The_check_finds_what_is_damaged_and_where(string damage, string problem)
    {
        var (damaged, _) = await QueueTwoAsync();
        Assert.Empty(StoreCheck.Run(_queue.Folder).Problems);
        Damage(damaged, damage);
        Assert.Contains($"{damaged}: {problem}", StoreCheck.Run(_queue.Folder).Problems);
    }

    [Fact]
    public async Task The_check_runs_beside_a_store_in_use_and_counts_what_it_holds()
    {
        await using var store = _queue.Open();
        await store.CommitAsync(Letters.Body(70_000), Letters.Envelope("bob@example.net", "joe@example.net"));
        await using var coming = store.Begin();
        await coming.WriteAsync(Letters.Body(300_000), Cancel);
        await store.CommitAsync([], Letters.Envelope("carl@example.net"));
        var found = StoreCheck.Run(_queue.Folder);
        Assert.Equal((2, 3), (found.Messages, found.Recipients));
        Assert.Empty(found.Problems);
        Assert.Equal(IntakeResult.Committed, await coming.CommitAsync(Letters.Envelope("dora@example.net")));
        Assert.Empty(StoreCheck.Run(_queue.Folder).Problems);
    }

    [Fact]
    public void The_check_of_a_folder_without_a_queue_says_so_and_makes_none()
    {
        Assert.Contains("there is no queue", Assert.Throws<IOException>(() => StoreCheck.Run(_queue.Folder)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_queue.Folder));
    }

    [Fact]
    public async Task A_file_of_octets_at_random_is_no_queue()
    {
        await using (_queue.Open())
        {
        }
        await File.WriteAllBytesAsync(Path.Combine(_queue.Folder, "queue.db"), Letters.Body(100_000), Cancel);
        Assert.Throws<IOException>(() => StoreCheck.Run(_queue.Folder));
        Assert.Throws<IOException>(() => _queue.Open());
    }

    [Fact]
    public void Every_field_counts_in_a_checksum_and_so_does_its_border()
    {
        Assert.NotEqual(RowChecksum.Of("ab", "c"), RowChecksum.Of("a", "bc"));
        Assert.NotEqual(RowChecksum.Of("", null), RowChecksum.Of(null, ""));
        Assert.NotEqual(RowChecksum.Of(1L), RowChecksum.Of("1"));
        Assert.NotEqual(RowChecksum.Of("a"), RowChecksum.Of(new byte[] { (byte)'a' }));
        Assert.Equal(RowChecksum.Of(1, true, DBNull.Value), RowChecksum.Of(1L, 1L, null));
        var octets = Letters.Body(1001);
        var sums = new HashSet<long> { RowChecksum.Of(octets) };
        for (var i = 0; i < octets.Length; i++)
        {
            octets[i] ^= 16;
            Assert.True(sums.Add(RowChecksum.Of(octets)));
            octets[i] ^= 16;
        }
    }

    async Task<(MessageKey Damaged, MessageKey Sound)> QueueTwoAsync()
    {
        await using var store = _queue.Open();
        await store.CommitAsync(Letters.Body(200_000), Letters.Envelope("bob@example.net"));
        await store.CommitAsync(Letters.Body(200_000), Letters.Envelope("carl@example.net"));
        return ((await store.Committed.ReadAsync(Cancel)).Key, (await store.Committed.ReadAsync(Cancel)).Key);
    }

    void Damage(MessageKey key, string sql)
    {
        using var connection = StoreDatabase.OpenWriter(Path.Combine(_queue.Folder, "queue.db"), null);
        StoreDatabase.Execute(connection, sql.Replace("$id", key.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }
}
