using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Rules;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Remotes.Faults;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Quotas;

/// <summary><c>[[queue.quota]]</c> over a store on disk.</summary>
public sealed class QueueQuotaTests : IDisposable
{
    readonly StoreFixture _queue = new();
    IReadOnlyList<QuotaModel> _quotas = [];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Theory]
    [InlineData("sender")]
    [InlineData("sender-domain")]
    [InlineData("remote-ip")]
    [InlineData("helo-domain")]
    [InlineData("listener")]
    [InlineData("authenticated-as")]
    [InlineData("rcpt")]
    [InlineData("rcpt-domain")]
    public async Task What_is_counted_apart_has_room_apart(string key)
    {
        _quotas = [Quota(key, messages: 1)];
        await using var open = await OpenAsync();
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letter()));
        Assert.Equal(IntakeResult.OverQuota, await open.CommitAsync(Letter()));
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letter(key)));
        // What was refused is nowhere.
        Assert.Equal(2, _queue.Count("message"));
    }

    [Fact]
    public async Task What_has_left_makes_room_once_that_is_on_disk()
    {
        _quotas = [Quota("rcpt-domain", messages: 1)];
        await using var open = await OpenAsync();
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letters.Envelope("bob@a.example", "carl@b.example", "dora@a.example")));
        var key = Assert.Single(open.Waiting());
        foreach (var (ordinal, state, hasRoom) in ((int, RecipientState, bool)[])[(0, RecipientState.Delivered, false), (1, RecipientState.Waiting, false), (2, RecipientState.Failed, true)])
        {
            await open.MarkAsync(key, ordinal, state);
            Assert.Equal(hasRoom ? IntakeResult.Committed : IntakeResult.OverQuota, await open.CommitAsync(Letters.Envelope("eve@a.example")));
        }
        Assert.Equal(IntakeResult.OverQuota, await open.CommitAsync(Letters.Envelope("eve@b.example")));
        await open.MarkAsync(key, 1, RecipientState.Failed);
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letters.Envelope("eve@b.example")));
        foreach (var waiting in open.Waiting())
            await open.MarkAsync(waiting, 0, RecipientState.Delivered);
        Assert.Equal((0, 0), (open.Ledger.Counts.Messages, open.Ledger.Counts.Values));
    }

    [Fact]
    public async Task What_was_in_the_queue_counts_after_a_restart()
    {
        _quotas = [Quota("rcpt-domain", messages: 2), Quota("sender", messages: 0, size: 1000)];
        await using (var open = await OpenAsync())
        {
            Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letters.Envelope("bob@a.example", "carl@b.example"), 400));
            Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letters.Envelope("dora@b.example"), 400));
            await open.MarkAsync(open.Waiting()[0], 0, RecipientState.Delivered);
        }
        await using (var again = await OpenAsync())
        {
            Assert.Equal(2, again.Ledger.Counts.Messages);
            // b.example is full, a.example has nothing any more, and of ann's thousand octets two hundred are free.
            Assert.Equal(IntakeResult.OverQuota, await again.CommitAsync(Letters.Envelope("eve@b.example"), 1));
            Assert.Equal(IntakeResult.OverQuota, await again.CommitAsync(Letters.Envelope("eve@a.example"), 201));
            Assert.Equal(IntakeResult.Committed, await again.CommitAsync(Letters.Envelope("eve@a.example"), 200));
            foreach (var waiting in again.Waiting())
            {
                await again.MarkAsync(waiting, 0, RecipientState.Failed);
                await again.MarkAsync(waiting, 1, RecipientState.Failed);
            }
            Assert.Equal(0, again.Ledger.Counts.Values);
        }
        await using var last = await OpenAsync();
        Assert.Equal(0, last.Ledger.Counts.Messages);
    }

    [Fact]
    public async Task A_quota_that_comes_with_a_reload_counts_what_waits_and_one_that_stays_is_not_counted_twice()
    {
        var stays = Quota("rcpt", messages: 5);
        _quotas = [stays];
        await using var open = await OpenAsync();
        for (var i = 0; i < 3; i++)
            await open.CommitAsync(Letters.Envelope("bob@a.example"));
        _quotas = [Quota("rcpt", messages: 5), Quota("", messages: 4)];
        await open.Ledger.CountAsync(open.Store.ReadWaiting, Cancel);
        Assert.Equal((3, 2), (open.Ledger.Counts.Messages, open.Ledger.Counts.Values));
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letters.Envelope("bob@a.example")));
        Assert.Equal(IntakeResult.OverQuota, await open.CommitAsync(Letters.Envelope("joe@a.example")));
        _quotas = [Quota("rcpt", messages: 5)];
        await open.Ledger.CountAsync(open.Store.ReadWaiting, Cancel);
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letters.Envelope("bob@a.example")));
        Assert.Equal(IntakeResult.OverQuota, await open.CommitAsync(Letters.Envelope("bob@a.example")));
    }

    [Fact]
    public async Task The_queues_own_reports_are_neither_refused_nor_counted()
    {
        _quotas = [Quota("", messages: 1)];
        await using (var open = await OpenAsync())
        {
            await open.CommitAsync(Letter());
            var report = new OwnMessage(Letters.Envelope("ann@example.org") with { Mail = new MailCommand { ReversePath = null }, Origin = new MessageOrigin() }, [1]);
            await open.MarkAsync(Assert.Single(open.Waiting()), 0, RecipientState.Failed, report);
            Assert.Equal(0, open.Ledger.Counts.Messages);
            Assert.Equal(1, _queue.Count("message"));
        }
        await using var again = await OpenAsync();
        Assert.Single(again.Store.ReadBacklog());
        Assert.Equal(0, again.Ledger.Counts.Messages);
        Assert.Equal(IntakeResult.Committed, await again.CommitAsync(Letter()));
    }

    [Fact]
    public async Task What_the_store_refuses_and_what_is_given_up_takes_no_room()
    {
        _quotas = [Quota("", messages: 1)];
        var fails = false;
        await using var open = await OpenAsync(() =>
        {
            if (fails)
                throw new Microsoft.Data.Sqlite.SqliteException("full", SQLitePCL.raw.SQLITE_FULL);
        });
        await using (var begun = open.Intake.Begin())
            await begun.WriteAsync(Letters.Body(100), Cancel);
        fails = true;
        Assert.Equal(IntakeResult.NoSpace, await open.CommitAsync(Letter()));
        fails = false;
        Assert.Equal(0, open.Ledger.Counts.Messages);
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letter()));
    }

    [Fact]
    public async Task What_is_partly_delivered_is_kept_over_the_quota()
    {
        _quotas = [Quota("", messages: 1)];
        await using var open = await OpenAsync();
        await open.CommitAsync(Letter());
        Assert.Equal(IntakeResult.OverQuota, await open.CommitAsync(Letter()));
        Assert.Equal(IntakeResult.Committed, await open.CommitAsync(Letter() with { IsPartlyDelivered = true }));
        Assert.Equal(2, open.Ledger.Counts.Messages);
    }

    [Fact]
    public async Task A_quota_that_depends_on_a_host_puts_off_what_it_cannot_decide_and_counts_it_at_the_start()
    {
        _quotas = [];
        await using (var open = await OpenAsync())
            await open.CommitAsync(Letter());
        _quotas = [new QuotaModel(new HostDown(), [], 1, 0)];
        await using var again = await OpenAsync();
        Assert.Equal(1, again.Ledger.Counts.Messages);
        Assert.Equal(IntakeResult.Undecided, await again.CommitAsync(Letter()));
        Assert.Equal(IntakeResult.Committed, await again.CommitAsync(Letter() with { IsPartlyDelivered = true }));
    }

    [Fact]
    public async Task A_message_that_is_set_aside_makes_room()
    {
        _quotas = [Quota("", messages: 1)];
        await using (var open = await OpenAsync())
            await open.CommitAsync(Letter());
        _queue.Run("UPDATE message SET held = 1");
        await using var again = await OpenAsync();
        Assert.Equal(1, again.Ledger.Counts.Messages);
        Assert.Empty(again.Store.ReadBacklog());
        await again.FlushAsync();
        Assert.Equal(0, again.Ledger.Counts.Messages);
    }

    static QuotaModel Quota(string key, int messages, long size = 0) =>
        new(null, [.. key.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static name => RuleVariableNames.TryParse(name, out var variable) ? variable : throw new ArgumentException(name))], messages, size)
        {
            Written = $"{key} {messages} {size}",
        };

    static MessageEnvelope Letter(string differs = "")
    {
        var letter = Letters.Envelope("bob@a.example");
        return differs switch
        {
            "sender" => letter with { Mail = letter.Mail with { ReversePath = Letters.Mailbox("joe@example.org") } },
            "sender-domain" => letter with { Mail = letter.Mail with { ReversePath = Letters.Mailbox("ann@example.com") } },
            "remote-ip" => letter with { Origin = letter.Origin with { RemoteIp = System.Net.IPAddress.IPv6Loopback } },
            "helo-domain" => letter with { Origin = letter.Origin with { HeloDomain = "other.example" } },
            "listener" => letter with { Origin = letter.Origin with { Listener = "submission" } },
            "authenticated-as" => letter with { Origin = letter.Origin with { AuthenticatedAs = "jane" } },
            "rcpt" => letter with { Recipients = Letters.Envelope("joe@a.example").Recipients },
            "rcpt-domain" => letter with { Recipients = Letters.Envelope("bob@b.example").Recipients },
            _ => letter,
        };
    }

    [Theory]
    [InlineData("rcpt-domain", "queue.quota 2 has no room for rcpt-domain a.example (messages = 1, size = 0; 0 = no bound)")]
    [InlineData("sender rcpt", "queue.quota 2 has no room for sender ann@example.org, rcpt bob@a.example (messages = 1, size = 0; 0 = no bound)")]
    [InlineData("authenticated-as", "queue.quota 2 has no room for authenticated-as \"\" (messages = 1, size = 0; 0 = no bound)")]
    [InlineData("", "queue.quota 2 has no room for all mail (messages = 1, size = 0; 0 = no bound)")]
    public async Task The_log_says_which_quota_is_full_and_for_whom(string key, string line)
    {
        using var log = new KeptLog();
        _quotas = [Quota("sender", messages: 9), Quota(key, messages: 1)];
        var ledger = new QuotaLedger(() => _quotas, log);
        Assert.Equal(IntakeResult.Committed, await ledger.ReserveAsync(new MessageKey(1), Letter(""), 10));
        Assert.NotEqual(IntakeResult.Committed, await ledger.ReserveAsync(new MessageKey(2), Letter(""), 10));
        Assert.Equal(line, Assert.Single(log.Of("QuotaFull")).Trim());
    }

    async Task<OpenQueue> OpenAsync(Action? beforeCommit = null)
    {
        var ledger = new QuotaLedger(() => _quotas);
        var open = new OpenQueue(_queue.Open(beforeCommit, left: ledger.Counts.Leave), ledger, _queue);
        await ledger.CountAsync(open.Store.ReadWaiting, Cancel);
        return open;
    }

    sealed class OpenQueue(SqliteStore store, QuotaLedger ledger, StoreFixture queue) : IAsyncDisposable
    {
        internal SqliteStore Store => store;
        internal QuotaLedger Ledger => ledger;
        internal QuotaIntake Intake { get; } = new(store, ledger);

        internal Task<IntakeResult> CommitAsync(MessageEnvelope envelope, int size = 10) => Intake.CommitAsync(Letters.Body(size), envelope);

        internal MessageKey[] Waiting() => [.. store.ReadWaiting(default, 100).Messages.Select(static message => message.Key)];

        /// <summary>Marks, and returns when that is on disk.</summary>
        internal async Task MarkAsync(MessageKey key, int ordinal, RecipientState state, params OwnMessage[] reports)
        {
            store.Record(key, [new RecipientMark(ordinal, state, 1, Letters.Now, false, "said")], reports);
            await FlushAsync();
        }

        /// <summary>A message that is given up after its first chunk is urgent, and takes with it whatever waits.</summary>
        internal async Task FlushAsync()
        {
            queue.Time.Advance(TimeSpan.FromMilliseconds(50));
            await using var message = store.Begin();
            await message.WriteAsync(Letters.Body(150_000), Cancel);
        }

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }

    sealed class HostDown : Condition
    {
        public override VariableSet Uses => VariableSet.Empty;

        public override ValueTask<Evaluation<bool>> HoldsAsync(IRuleSubject subject, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(Evaluation<bool>.Unavailable("host down"));
        }
    }
}
