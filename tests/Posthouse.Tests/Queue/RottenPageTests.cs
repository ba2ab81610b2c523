using System.Buffers.Binary;
using Posthouse.Gateway.Queue;
using Posthouse.Tests.Remotes.Faults;

namespace Posthouse.Tests.Queue;

/// <summary>Pages that the disk gives back otherwise than they were written: they cost the messages on them, at a start as well as later, and nobody else.</summary>
public sealed class RottenPageTests : IDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Theory]
    [InlineData("chunk", "overflow", false)]
    [InlineData("chunk", "overflow", true)]
    [InlineData("chunk", "leaf", false)]
    [InlineData("message", "leaf", false)]
    [InlineData("message", "leaf", true)]
    [InlineData("recipient", "leaf", false)]
    [InlineData("recipient", "leaf", true)]
    public async Task A_page_costs_the_messages_on_it_and_the_others_go(string table, string type, bool isFlipped)
    {
        List<MessageKey> keys = [];
        await using (var store = _queue.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 150).Select(i => store.CommitAsync(Letters.Body(i == 10 ? 100_000 : 700), To(i))));
            while (store.Committed.TryRead(out var message))
                keys.Add(message.Key);
        }
        Rot(PageOf(table, type), isFlipped);

        var log = new KeptLog();
        HashSet<MessageKey> damaged = [];
        await using (var store = _queue.Open(logger: log))
        {
            var waiting = store.ReadBacklog().Select(static one => one.Key).ToHashSet();
            foreach (var key in keys)
            {
                if (!waiting.Contains(key) || store.Read(key) is not { } message || !await IsReadAsync(message))
                    damaged.Add(key);
                else
                    MarkDelivered(store, key);
            }
            await store.WrittenAsync();
            Assert.Equal("", string.Join("", log.Of("StoreFailed")));
            Assert.True(Record.Exception(() => store.List(default, 1000)) is null or IOException);
            Assert.False(store.HasFailed);
            Assert.Equal(damaged.Select(static key => key.ToString()).Order(), log.Of("Damaged").Select(static line => line.Split(':')[0]).Order());
        }
        Assert.InRange(damaged.Count, 1, 100);
        // Neither comes again: not what was delivered, nor what is set aside.
        await using (var store = _queue.Open())
            Assert.Empty(store.ReadBacklog());
        Assert.Equal(damaged.Count, _queue.Count("quarantine"));
    }

    [Theory]
    [InlineData("chunk")]
    [InlineData("message")]
    [InlineData("recipient")]
    public async Task Where_the_page_that_new_mail_goes_to_is_rotten_mail_is_refused_and_what_waits_goes_on(string table)
    {
        MessageKey first;
        await using (var store = _queue.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 150).Select(i => store.CommitAsync(Letters.Body(700), To(i))));
            first = new MessageKey(await store.Committed.ReadAllAsync(Cancel).Take(150).Select(static message => message.Key.Value).MinAsync(cancellationToken: Cancel));
        }
        Rot(PageOf(table, "leaf", isLast: true), isFlipped: false);

        var log = new KeptLog();
        await using (var store = _queue.Open(logger: log))
        {
            Assert.Contains(store.ReadBacklog(), waiting => waiting.Key == first);
            Assert.Equal(IntakeResult.Failed, await store.CommitAsync(Letters.Body(700), Letters.Envelope("eve@example.net")));
            Assert.False(store.HasFailed);
            store.Record(first, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]);
            await store.WrittenAsync();
            Assert.Equal("", string.Join("", log.Of("StoreFailed")));
        }
        await using (var store = _queue.Open())
            Assert.DoesNotContain(store.ReadBacklog(), waiting => waiting.Key == first);
    }

    [Fact]
    public async Task A_page_makes_transactions_of_their_own_for_what_needs_it_and_for_nothing_else()
    {
        List<MessageKey> keys = [];
        await using (var store = _queue.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 150).Select(i => store.CommitAsync(Letters.Body(700), To(i))));
            while (store.Committed.TryRead(out var message))
                keys.Add(message.Key);
        }
        Rot(PageOf("chunk", "leaf"), isFlipped: false);

        await using (var store = _queue.Open())
        {
            keys.ForEach(key => MarkDelivered(store, key));
            Assert.True(await store.WrittenAsync());
            // Eight or so stand on it, beside two pages that would be joined to it.
            Assert.InRange(store.Groups, 2, 75);

            await AssertGroupsAsync(store);
        }
        await using (var store = _queue.Open())
            Assert.Empty(store.ReadBacklog());
    }

    [Fact]
    public async Task An_operators_drop_of_what_stands_on_a_page_costs_nobody_else()
    {
        await using (var store = _queue.Open())
            await Task.WhenAll(Enumerable.Range(0, 150).Select(i => store.CommitAsync(Letters.Body(i == 10 ? 100_000 : 700), To(i))));
        Rot(PageOf("chunk", "leaf"), isFlipped: false);

        await using (var store = _queue.Open())
        {
            MessageKey? damaged = null;
            foreach (var waiting in store.ReadBacklog())
            {
                if (damaged is null && !await IsReadAsync(store.Read(waiting.Key)!))
                    damaged = waiting.Key;
            }
            Assert.True(await store.WrittenAsync());
            for (var i = 0; i < 2; i++)
            {
                var drop = store.DropAsync(damaged!.Value);
                var mail = Enumerable.Range(0, 10).Select(_ => store.CommitAsync([1], Letters.Envelope("eve@example.net"))).ToArray();
                Assert.Equal(QueueAnswer.Failed, await drop);
                Assert.All(await Task.WhenAll(mail), static result => Assert.Equal(IntakeResult.Committed, result));
                await AssertGroupsAsync(store);
            }
        }
        Assert.Equal(1, _queue.Count("quarantine"));
    }

    [Fact]
    public async Task Where_neither_messages_nor_recipients_can_be_told_the_start_says_what_to_do()
    {
        await using (var store = _queue.Open())
            await store.CommitAsync(Letters.Body(700), Letters.Envelope("bob@example.net"));
        Rot(PageOf("message", "leaf"), isFlipped: false);
        Rot(PageOf("recipient", "leaf"), isFlipped: false);
        Assert.Contains("posthouse queue check", Assert.Throws<IOException>(() => _queue.Open()).Message, StringComparison.Ordinal);
    }

    /// <summary>What comes together is written together.</summary>
    static async Task AssertGroupsAsync(SqliteStore store)
    {
        List<MessageKey> keys = [];
        while (store.Committed.TryRead(out _))
        {
        }
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], Letters.Envelope("eve@example.net")));
            keys.Add((await store.Committed.ReadAsync(Cancel)).Key);
        }
        var groups = store.Groups;
        keys.ForEach(key => MarkDelivered(store, key));
        Assert.True(await store.WrittenAsync());
        Assert.Equal(groups + 1, store.Groups);
    }

    static void MarkDelivered(SqliteStore store, MessageKey key) =>
        Assert.True(store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]));

    static MessageEnvelope To(int number) => Letters.Envelope($"{new string('b', 50)}{number}@example.net");

    static async Task<bool> IsReadAsync(QueuedMessage message)
    {
        try
        {
            await message.Body.OctetsAsync();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>A leaf of a table's tree, in the middle or last, or a page of the long body's.</summary>
    long PageOf(string table, string type, bool isLast = false)
    {
        var octets = File.ReadAllBytes(_queue.Database);
        if (type == "overflow")
            return 1 + (octets.AsSpan().IndexOf(Letters.Body(100_000).AsSpan(40_000, 64)) / StoreDatabase.PageSize);
        List<long> leaves = [];
        using (var connection = StoreDatabase.OpenReader(_queue.Database))
            AddLeaves(octets, StoreDatabase.Number(connection, $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"), leaves);
        return leaves[isLast ? leaves.Count - 1 : leaves.Count / 2];
    }

    // https://www.sqlite.org/fileformat.html section 1.6
    static void AddLeaves(byte[] database, long number, List<long> leaves)
    {
        var page = database.AsSpan((int)(number - 1) * StoreDatabase.PageSize, StoreDatabase.PageSize);
        if (page[0] is 0x0D or 0x0A)
        {
            leaves.Add(number);
            return;
        }
        Assert.True(page[0] is 0x05 or 0x02);
        for (var i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(page[3..]); i++)
            AddLeaves(database, BinaryPrimitives.ReadUInt32BigEndian(database.AsSpan((int)((number - 1) * StoreDatabase.PageSize) + BinaryPrimitives.ReadUInt16BigEndian(page[(12 + (2 * i))..]))), leaves);
        AddLeaves(database, BinaryPrimitives.ReadUInt32BigEndian(page[8..]), leaves);
    }

    void Rot(long page, bool isFlipped)
    {
        using var file = new FileStream(_queue.Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var octets = new byte[StoreDatabase.PageSize];
        file.Position = (page - 1) * StoreDatabase.PageSize;
        file.ReadExactly(octets);
        for (var i = 0; i < octets.Length; i++)
            octets[i] = isFlipped ? (byte)~octets[i] : (byte)0;
        file.Position = (page - 1) * StoreDatabase.PageSize;
        file.Write(octets);
    }
}
