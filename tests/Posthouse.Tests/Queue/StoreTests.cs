using System.Net;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Queue;

public sealed class StoreTests : IDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_mark_that_comes_behind_the_end_of_its_message_brings_no_report()
    {
        await using var store = _queue.Open();
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        var key = (await store.Committed.ReadAsync(TestContext.Current.CancellationToken)).Key;
        store.Record(key, [new RecipientMark(0, RecipientState.Failed, 0, Letters.Now, false, "554 cancelled")]);
        store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")], [new OwnMessage(Letters.Envelope("ann@example.org"), [1])]);
        Assert.True(await store.WrittenAsync());
        Assert.False(store.Committed.TryRead(out _));
        Assert.Equal(0, _queue.Count("message"));
    }

    [Fact]
    public async Task A_report_is_handed_on_with_what_it_is_about()
    {
        await using var store = _queue.Open();
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        var key = (await store.Committed.ReadAsync(Cancel)).Key;
        store.Record(key, [new RecipientMark(0, RecipientState.Failed, 1, Letters.Now, false, "550 no")], [new OwnMessage(Letters.Envelope("ann@example.org"), [1])]);
        Assert.True(await store.WrittenAsync());
        Assert.Equal(key, (await store.Committed.ReadAsync(Cancel)).About);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task A_committed_message_is_there_byte_for_byte_after_a_restart(int length)
    {
        var body = Letters.Body(length);
        MessageKey key;
        await using (var store = _queue.Open())
        {
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync(body, Letters.Envelope("bob@example.net")));
            var handed = await store.Committed.ReadAsync(Cancel);
            Assert.Equal(body, await handed.Body.OctetsAsync());
            key = handed.Key;
        }

        await using var reopened = _queue.Open();
        var waiting = Assert.Single(reopened.ReadBacklog());
        Assert.Equal(new WaitingRecipient(key, 0, 0, Letters.Now), waiting);
        Assert.Equal(body, await reopened.Read(key)!.Body.OctetsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_requires_TLS_does_so_after_a_start(bool isRequired)
    {
        var envelope = Letters.Envelope("bob@example.net");
        await using (var store = _queue.Open())
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], envelope with { Mail = envelope.Mail with { RequireTls = isRequired } }));
        await using (var store = _queue.Open())
            Assert.Equal(isRequired, store.Read(Assert.Single(store.ReadBacklog()).Key)!.Envelope.Mail.RequireTls);
        Assert.Empty(StoreCheck.Run(_queue.Folder).Problems);
    }

    [Fact]
    public async Task Every_part_of_the_envelope_survives_a_restart()
    {
        var envelope = new MessageEnvelope(
            new MailCommand
            {
                ReversePath = Letters.Mailbox("\"a b\\\"<>\"@example.org"),
                Size = 12345,
                Body = BodyKind.EightBit,
                SmtpUtf8 = true,
                Return = DsnReturn.Headers,
                EnvelopeId = "id '; DROP TABLE message; --\n",
            },
            [Letters.Recipient("TO:<grün@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@x"), Letters.Recipient("TO:<Postmaster>"), Letters.Recipient("TO:<x@[127.0.0.1]> NOTIFY=NEVER")],
            new MessageOrigin
            {
                Listener = "submission",
                RemoteIp = IPAddress.Parse("2001:db8::1"),
                LocalIp = IPAddress.Parse("192.0.2.1"),
                RemotePort = 50000,
                LocalPort = 587,
                IsExtended = false,
                IsTls = true,
                HeloDomain = "[192.0.2.7]",
                AuthenticatedAs = "ann",
                Received = Letters.Now.AddMilliseconds(7),
            }) { FoundAt = ["site-a", null, "site \"b\""] };
        MessageKey key;
        await using (var store = _queue.Open())
        {
            await store.CommitAsync([1], envelope);
            key = (await store.Committed.ReadAsync(Cancel)).Key;
        }

        await using var reopened = _queue.Open();
        var read = reopened.Read(key)!.Envelope;
        Assert.Equal(envelope.Mail, read.Mail);
        Assert.Equal(envelope.Recipients, read.Recipients);
        Assert.Equal(envelope.FoundAt, read.FoundAt);
        Assert.Null(read.RemoteOf(3));
        Assert.Equal(envelope.Origin, read.Origin);
    }

    [Fact]
    public async Task The_null_reverse_path_stays_null()
    {
        await using var store = _queue.Open();
        var envelope = Letters.Envelope("bob@example.net");
        await store.CommitAsync([1], envelope with { Mail = new MailCommand { ReversePath = null } });
        Assert.Null(store.Read((await store.Committed.ReadAsync(Cancel)).Key)!.Envelope.Mail.ReversePath);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(500_000)]
    public async Task A_message_without_a_commit_leaves_nothing(int length)
    {
        await using (var store = _queue.Open())
        {
            await using (var message = store.Begin())
                await message.WriteAsync(Letters.Body(length), Cancel);
            Assert.False(store.Committed.TryRead(out _));
        }
        foreach (var table in (string[])["message", "recipient", "chunk", "incoming"])
            Assert.Equal(0, _queue.Count(table));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task A_message_is_there_in_files_copied_right_after_its_answer(int length)
    {
        var body = Letters.Body(length);
        await using var store = _queue.Open();
        Assert.Equal(IntakeResult.Committed, await store.CommitAsync(body, Letters.Envelope("bob@example.net", "carl@example.net")));
        var cut = _queue.Snapshot();

        await using var reopened = SqliteStore.Open(new SqliteStoreOptions(cut) { Time = _queue.Time });
        Assert.Equal([0, 1], reopened.ReadBacklog().Select(static waiting => waiting.Ordinal));
        var message = reopened.Read(reopened.ReadBacklog()[0].Key)!;
        Assert.Equal(Letters.Envelope("bob@example.net", "carl@example.net").Recipients, message.Envelope.Recipients);
        Assert.Equal(body, await message.Body.OctetsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(StoreDatabase.PageSize)]
    [InlineData(20_000)]
    public async Task A_log_whose_end_was_torn_off_still_has_what_was_answered_before(int torn)
    {
        await using var store = _queue.Open();
        await store.CommitAsync(Letters.Body(100_000), Letters.Envelope("bob@example.net"));
        await store.CommitAsync(Letters.Body(100_000), Letters.Envelope("carl@example.net"));
        var cut = _queue.Snapshot();
        using (var log = new FileStream(Path.Combine(cut, "queue.db-wal"), FileMode.Open))
            log.SetLength(log.Length - torn);

        await using var reopened = SqliteStore.Open(new SqliteStoreOptions(cut) { Time = _queue.Time });
        var left = reopened.Read(Assert.Single(reopened.ReadBacklog()).Key)!;
        Assert.Equal("bob@example.net", left.Envelope.Recipients[0].Mailbox.ToString());
        Assert.Equal(Letters.Body(100_000), await left.Body.OctetsAsync());
        Assert.Equal(2, _queue.Count("chunk", cut));
    }

    [Fact]
    public async Task Chunks_that_a_power_cut_left_without_a_commit_are_removed_at_the_start()
    {
        string cut;
        await using (var store = _queue.Open())
        {
            await store.CommitAsync(Letters.Body(200_000), Letters.Envelope("bob@example.net"));
            await using var message = store.Begin();
            await message.WriteAsync(Letters.Body(500_000), Cancel);
            await store.CommitAsync([1], Letters.Envelope("carl@example.net")); // behind the chunks: they are in the log by now
            cut = _queue.Snapshot();
        }
        Assert.Equal(1, _queue.Count("incoming", cut));
        Assert.True(_queue.Count("chunk", cut) > 5);

        await using var reopened = SqliteStore.Open(new SqliteStoreOptions(cut) { Time = _queue.Time });
        Assert.Equal(0, _queue.Count("incoming", cut));
        Assert.Equal(5, _queue.Count("chunk", cut));
        Assert.Equal(2, reopened.ReadBacklog().Count);
        Assert.Equal(Letters.Body(200_000), await reopened.Read(reopened.ReadBacklog()[0].Key)!.Body.OctetsAsync());
    }

    [Fact]
    public async Task A_second_instance_is_refused_and_the_first_goes_on()
    {
        await using var store = _queue.Open();
        var refused = Assert.Throws<IOException>(() => _queue.Open());
        Assert.Contains("another Posthouse", refused.Message, StringComparison.Ordinal);
        Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], Letters.Envelope("bob@example.net")));
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_refused()
    {
        await using (_queue.Open())
        {
        }
        using (var connection = StoreDatabase.OpenWriter(Path.Combine(_queue.Folder, "queue.db"), null))
            StoreDatabase.Execute(connection, "PRAGMA user_version = 5");
        Assert.Contains("has version 5", Assert.Throws<IOException>(() => _queue.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_may_read_the_queue()
    {
        await using var store = _queue.Open();
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_queue.Folder) & others);
        foreach (var file in Directory.GetFiles(_queue.Folder))
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & others);
    }

    [Fact]
    public async Task Queue_ids_are_short_printable_and_never_given_twice()
    {
        var ids = new List<string>();
        for (var restart = 0; restart < 3; restart++)
        {
            await using var store = _queue.Open();
            for (var i = 0; i < 100; i++)
            {
                await using var message = store.Begin();
                ids.Add(message.QueueId);
                await message.CommitAsync(Letters.Envelope("bob@example.net"));
            }
        }
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Matches("^[0-9A-Z]{10}$", id));
    }

    [Fact]
    public async Task A_message_goes_when_its_last_recipient_is_delivered()
    {
        await using (var store = _queue.Open())
        {
            await store.CommitAsync(Letters.Body(100_000), Letters.Envelope("bob@example.net", "carl@example.net"));
            var key = (await store.Committed.ReadAsync(Cancel)).Key;
            Assert.True(store.Record(key, [Mark(0, RecipientState.Delivered)]));
            Assert.NotNull(store.Read(key));
        }
        await using (var store = _queue.Open())
        {
            var left = Assert.Single(store.ReadBacklog());
            Assert.Equal(1, left.Ordinal);
            Assert.True(store.Record(left.Key, [Mark(1, RecipientState.Delivered)]));
        }
        foreach (var table in (string[])["message", "recipient", "chunk"])
            Assert.Equal(0, _queue.Count(table));
    }

    [Fact]
    public async Task A_failed_recipient_stays_while_another_waits_and_is_not_tried_again()
    {
        await using (var store = _queue.Open())
        {
            await store.CommitAsync([1], Letters.Envelope("bob@example.net", "joe@example.net"));
            store.Record((await store.Committed.ReadAsync(Cancel)).Key, [Mark(0, RecipientState.Failed)], []);
        }
        await using (var reopened = _queue.Open())
        {
            var left = Assert.Single(reopened.ReadBacklog());
            Assert.Equal(1, left.Ordinal);
            Assert.Equal(1, _queue.Count("recipient WHERE state = 2 AND reply = '550 5.1.1 no'"));
            reopened.Record(left.Key, [Mark(1, RecipientState.Failed)], []);
        }
        Assert.Equal(0, _queue.Count("message"));
    }

    [Fact]
    public async Task A_report_is_committed_with_its_mark_and_handed_on()
    {
        var octets = Enumerable.Range(0, IncomingMessage.ChunkSize + 7).Select(static i => (byte)i).ToArray();
        var report = new OwnMessage(Letters.Envelope("sender@example.org"), octets);
        MessageKey key;
        await using (var store = _queue.Open())
        {
            await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
            store.Record((await store.Committed.ReadAsync(Cancel)).Key, [Mark(0, RecipientState.Failed)], [report]);
            _queue.Time.Advance(TimeSpan.FromMilliseconds(50));
            key = (await store.Committed.ReadAsync(Cancel)).Key;
            Assert.Equal(1, _queue.Count("message"));
        }
        await using var reopened = _queue.Open();
        Assert.Equal(key, Assert.Single(reopened.ReadBacklog()).Key);
        var stored = reopened.Read(key)!;
        Assert.Equal(report.Envelope.Recipients[0].Mailbox, stored.Envelope.Recipients[0].Mailbox);
        var read = new List<byte>();
        await foreach (var piece in stored.Body.ReadAsync(Cancel))
            read.AddRange(piece.Span);
        Assert.Equal(octets, read);
    }

    [Fact]
    public async Task What_is_known_of_a_recipient_outlives_a_restart()
    {
        var envelope = Letters.Envelope("bob@example.net", "joe@example.net", "ann@example.net") with { FoundAt = ["old", null, "new"] };
        await using (var store = _queue.Open())
        {
            await store.CommitAsync([1], envelope);
            var key = (await store.Committed.ReadAsync(Cancel)).Key;
            store.Record(key, [Mark(1, RecipientState.Waiting) with { Notices = 2 }], []);
            store.Hold(key, true);
        }
        await using (var reopened = _queue.Open())
        {
            var waiting = reopened.ReadBacklog();
            Assert.Equal([0, 2, 0], waiting.Select(static one => one.Notices));
            Assert.All(waiting, static one => Assert.True(one.IsHeld));
            var read = reopened.Read(waiting[0].Key)!.Envelope;
            Assert.Equal(["old", null, "new", null], Enumerable.Range(0, 4).Select(read.RemoteOf));
            reopened.Hold(waiting[0].Key, false);
        }
        await using var again = _queue.Open();
        Assert.All(again.ReadBacklog(), static one => Assert.False(one.IsHeld));
    }

    [Fact]
    public async Task A_delayed_recipient_keeps_its_count_and_its_time()
    {
        await using (var store = _queue.Open())
        {
            await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
            var later = Mark(0, RecipientState.Waiting) with { Attempts = 3, Due = Letters.Now.AddMinutes(10), MaybeDelivered = true };
            store.Record((await store.Committed.ReadAsync(Cancel)).Key, [later]);
        }
        await using var reopened = _queue.Open();
        var waiting = Assert.Single(reopened.ReadBacklog());
        Assert.Equal((3, Letters.Now.AddMinutes(10)), (waiting.Attempts, waiting.Due));
        Assert.Equal(1, _queue.Count("recipient WHERE maybe_delivered = 1"));
    }

    static RecipientMark Mark(int ordinal, RecipientState state) => new(ordinal, state, 1, Letters.Now, false, "550 5.1.1 no");
}
