using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Delivery;

/// <summary>A delivery loop between a queue in memory and hops that the test answers for.</summary>
sealed class DeliveryFixture : IAsyncDisposable
{
    DeliveryLoop? _loop;

    internal FakeTimeProvider Time { get; } = new(Letters.Now);
    internal MemoryStore Store { get; } = new();
    internal FakeHops Hops { get; } = new();
    internal ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>By default the recipient's domain is its hop, and nothing expires however fast a test moves the clock.</summary>
    internal QueueModel Model { get; set; } = new()
    {
        NextHop = new Deciding<NextHop>(subject => new(NextHop.To(subject.Text(RuleVariable.RcptDomain)))),
        Expire = TimeSpan.FromDays(36500),
    };

    /// <summary>Asked for each report; one that throws breaks it.</summary>
    internal Func<string> HostName { get; set; } = static () => "gateway.example.org";

    /// <summary>Who is asked by lookup for a recipient that no session has asked for.</summary>
    internal IRecipientSearch? Search { get; set; }

    internal DeliveryLoop Start()
    {
        _loop = new DeliveryLoop(Store, Hops, () => Model, new ReportDesk(() => HostName(), Time), Time, Logger, Search);
        _loop.Start();
        return _loop;
    }

    /// <summary>Of the loop that was started.</summary>
    internal QueueControl Control => _loop!.Control;

    /// <summary>Starts if need be, commits a message and answers its first transaction.</summary>
    internal async Task<RecipientMark[]> AttemptAsync(Outcome outcome)
    {
        Start();
        Hops["a.example"].Answer = _ => [outcome];
        Store.Commit("bob@a.example");
        return (await Store.NextMarkAsync()).Marks;
    }

    public ValueTask DisposeAsync() => _loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal static Outcome Delivered => new(Disposition.Delivered, Blame.None, new Reply(250, new EnhancedCode(2, 0, 0), "ok"));

    internal static Outcome Temporary(Blame blame = Blame.Host, bool maybe = false) =>
        new(Disposition.Temporary, blame, new Reply(451, new EnhancedCode(4, 0, 0), "later"), maybe);

    internal static Outcome Permanent(Blame blame = Blame.Host) => new(Disposition.Permanent, blame, new Reply(550, new EnhancedCode(5, 1, 1), "no such user"));
}

/// <summary>A setting that a test decides.</summary>
sealed class Deciding<T>(Func<IRuleSubject, Evaluation<T>> decide) : Setting<T>
{
    public override ValueTask<Evaluation<T>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken) => new(decide(subject));
}

/// <summary>A setting that asks a host, which the test plays.</summary>
sealed class Asking<T>(Func<IRuleSubject, CancellationToken, Task<Evaluation<T>>> ask) : Setting<T>
{
    public override ValueTask<Evaluation<T>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken) => new(ask(subject, cancellationToken));
}

/// <summary>Hops that note what they get; each is made when it is first named, except those that are not to exist.</summary>
sealed class FakeHops : IHops
{
    readonly ConcurrentDictionary<string, FakeHop> _hops = new();

    internal FakeHop this[string id] => _hops.GetOrAdd(id, static _ => new FakeHop());

    public bool TryGet(string id, [NotNullWhen(true)] out IHop? hop)
    {
        hop = id == "nowhere.example" ? null : this[id];
        return hop is not null;
    }

    public IEnumerable<string> Names => _hops.Keys.Order(StringComparer.Ordinal);
}

sealed class FakeHop : IHop
{
    readonly Channel<RelayRequest> _requests = Channel.CreateUnbounded<RelayRequest>();
    int _running;

    public int Concurrency { get; set; } = 4;

    public TimeSpan Cooldown => TimeSpan.FromSeconds(10);

    internal int MostAtOnce { get; private set; }

    internal int Total { get; private set; }

    internal Func<RelayRequest, IReadOnlyList<Outcome>> Answer { get; set; } = request => [.. request.Recipients.Select(_ => DeliveryFixture.Delivered)];

    /// <summary>While set, a transaction waits for it before it is answered.</summary>
    internal TaskCompletionSource? Hold { get; set; }

    internal Task<RelayRequest> NextAsync() => _requests.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    public async Task<RelayResult> RelayAsync(QueuedMessage message, RelayRequest request, CancellationToken cancellationToken)
    {
        lock (_requests)
        {
            Total++;
            MostAtOnce = Math.Max(MostAtOnce, ++_running);
        }
        _requests.Writer.TryWrite(request);
        try
        {
            if (Hold is { } hold)
                await hold.Task.WaitAsync(cancellationToken);
            return new RelayResult(Answer(request));
        }
        finally
        {
            lock (_requests)
                _running--;
        }
    }
}

/// <summary>A queue whose disk is this object: what it hands out is made anew each time, and it knows which bodies are still held by someone.</summary>
sealed class MemoryStore : IMessageStore
{
    readonly Channel<QueuedMessage> _committed = Channel.CreateUnbounded<QueuedMessage>();
    readonly Channel<(MessageKey Key, RecipientMark[] Marks)> _marks = Channel.CreateUnbounded<(MessageKey, RecipientMark[])>();
    readonly ConcurrentDictionary<MessageKey, MessageEnvelope> _messages = new();
    readonly ConcurrentQueue<WeakReference> _bodies = new();
    long _last;

    internal List<WaitingRecipient> Waiting { get; } = [];
    internal int Reads;

    public bool HasFailed { get; set; }
    public ChannelReader<QueuedMessage> Committed => _committed.Reader;

    internal MessageKey Add(params string[] recipients) => Add(Letters.Envelope(recipients));

    internal MessageKey Add(MessageEnvelope envelope)
    {
        var key = new MessageKey(++_last);
        _messages[key] = envelope;
        return key;
    }

    internal MessageKey Commit(params string[] recipients) => Commit(Letters.Envelope(recipients));

    /// <summary>Each recipient with the remote that knew it.</summary>
    internal MessageKey CommitFound(params (string Recipient, string? FoundAt)[] recipients) => Commit(
        Letters.Envelope([.. recipients.Select(recipient => recipient.Recipient)]) with { FoundAt = [.. recipients.Select(recipient => recipient.FoundAt)] });

    internal MessageKey Commit(MessageEnvelope envelope, MessageKey? about = null)
    {
        var key = Add(envelope);
        Assert.True(_committed.Writer.TryWrite(Make(key)! with { About = about }));
        return key;
    }

    /// <summary>How many of the bodies handed out are still in memory.</summary>
    internal int CountBodies()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return _bodies.Count(static body => body.IsAlive);
    }

    internal Task<(MessageKey Key, RecipientMark[] Marks)> NextMarkAsync() => _marks.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    internal bool HasMarks => _marks.Reader.TryPeek(out _);

    public IReadOnlyList<WaitingRecipient> ReadBacklog() => Waiting;

    public QueuedMessage? Read(MessageKey key)
    {
        Interlocked.Increment(ref Reads);
        return Make(key);
    }

    /// <summary>The queue's own messages, in the order in which they were recorded.</summary>
    internal ConcurrentQueue<OwnMessage> Reports { get; } = new();

    /// <summary>Which messages were held or let go.</summary>
    internal ConcurrentDictionary<MessageKey, bool> Held { get; } = new();

    public IReadOnlyList<QueueEntry> List(MessageKey after, int most) => [.. _messages.Keys.Order(Comparer<MessageKey>.Create((a, b) => a.Value.CompareTo(b.Value))).Where(key => key.Value > after.Value).Take(most).Select(key => Show(key)!.Message)];

    public QueueEntryDetail? Show(MessageKey key) => !_messages.TryGetValue(key, out var envelope) ? null : new(
        new QueueEntry(key.ToString(), Letters.Now, 10, "", false, envelope.Recipients.Count, Letters.Now, 0, ""), "", "", "", "", null,
        [.. envelope.Recipients.Select((recipient, i) => new QueueRecipient(i, recipient.Mailbox.ToString(), "waiting", 0, Letters.Now, 0, false, ""))]);

    public bool Record(MessageKey key, IReadOnlyList<RecipientMark> marks, IReadOnlyList<OwnMessage>? reports = null)
    {
        if (HasFailed)
            return false;
        foreach (var report in reports ?? [])
            Reports.Enqueue(report);
        return _marks.Writer.TryWrite((key, [.. marks]));
    }

    /// <summary>What is recorded waits for it to be on disk.</summary>
    internal TaskCompletionSource<bool>? Writing { get; set; }

    /// <summary>How often somebody has waited for that.</summary>
    internal int Waits;

    public Task<bool> WrittenAsync()
    {
        Interlocked.Increment(ref Waits);
        return Writing?.Task ?? Task.FromResult(!HasFailed);
    }

    /// <summary>Told of each hold and release.</summary>
    internal Action<MessageKey>? Holding { get; set; }

    /// <summary>While set, the disk does not take what is recorded.</summary>
    internal TaskCompletionSource? Behind { get; set; }

    /// <summary>Who has asked whether it does.</summary>
    internal int Asked;

    public ValueTask CaughtUpAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Asked);
        return Behind is { } behind ? new ValueTask(behind.Task.WaitAsync(cancellationToken)) : default;
    }

    public bool Hold(MessageKey key, bool isHeld)
    {
        Holding?.Invoke(key);
        Held[key] = isHeld;
        return !HasFailed;
    }

    public Task<QueueAnswer> DropAsync(MessageKey key) => Task.FromResult(QueueAnswer.NotFound);

    public IntakeResult Probe(long size) => IntakeResult.Committed;

    public IIncomingMessage Begin() => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    QueuedMessage? Make(MessageKey key)
    {
        if (!_messages.TryGetValue(key, out var envelope))
            return null;
        var body = new MemoryBody(Letters.Body(10));
        _bodies.Enqueue(new WeakReference(body));
        return new QueuedMessage(key, envelope, body);
    }
}
