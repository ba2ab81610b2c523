using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// The queue in one SQLite database, in WAL with <c>synchronous=FULL</c>: writes by one thread (<see cref="StoreWriter"/>), reads by
/// connections of their own beside it.
/// </summary>
sealed class SqliteStore : IMessageStore
{
    readonly SqliteStoreOptions _options;
    readonly StoreFolder _folder;
    readonly FreeSpace _space;
    readonly RoomWatch _room;
    readonly StoreReaders _readers;
    readonly StoreWriter _writer;
    readonly MessageKeys _keys;
    readonly long _newestAtStart;
    readonly Channel<QueuedMessage> _committed = Channel.CreateUnbounded<QueuedMessage>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    readonly ConcurrentDictionary<MessageKey, bool> _quarantined = new();
    volatile bool _failed;

    SqliteStore(SqliteStoreOptions options, StoreFolder folder, SqliteConnection connection)
    {
        _options = options;
        _folder = folder;
        _newestAtStart = StoreOpening.Newest(connection);
        _keys = new MessageKeys(options.Time, _newestAtStart);
        _space = new FreeSpace(folder.Database, options.Time, options.Disk);
        _room = new RoomWatch(_space, folder.Path, options.Logger);
        _readers = new StoreReaders(folder.Database, ReadFailed);
        _writer = new StoreWriter(connection, _space, options, Failed);
    }

    /// <summary>Opens the store, or makes it. <see cref="IOException"/> says what is in the way.</summary>
    internal static SqliteStore Open(SqliteStoreOptions options)
    {
        var folder = StoreFolder.Open(options.Folder);
        SqliteConnection? connection = null;
        try
        {
            connection = StoreOpening.Open(folder, options);
            CrashPoint.Reach("start.opened");
            return new SqliteStore(options, folder, connection);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            folder.Dispose();
            if (e is SqliteException rotten)
                throw new IOException(
                    $"The queue's database in {folder.Path} cannot be used: {e.Message}{(RottenPages.Is(rotten) ? RottenPages.WayOut : "")}", e);
            throw;
        }
    }

    public bool HasFailed => _failed;

    public ChannelReader<QueuedMessage> Committed => _committed.Reader;

    /// <summary>Transactions so far.</summary>
    internal long Groups => _writer.Groups;

    /// <summary>A group is on its way to the disk.</summary>
    internal bool IsWriting => _writer.IsWriting;

    public IntakeResult Probe(long size)
    {
        if (_failed || _writer.IsHanging)
            return IntakeResult.Failed;
        if (_space.Fits(size))
        {
            _room.Taken(size);
            return IntakeResult.Committed;
        }
        _room.Refused(size);
        _writer.MakeRoom();
        return IntakeResult.NoSpace;
    }

    public IIncomingMessage Begin() => new IncomingMessage(this, _keys.Next());

    public IReadOnlyList<WaitingRecipient> ReadBacklog()
    {
        var backlog = ReadWaiting();
        foreach (var (key, reason) in backlog.Damaged)
            Quarantine(key, reason);
        if (backlog.Damaged.Count > 0)
            backlog.Waiting.RemoveAll(one => backlog.Damaged.ContainsKey(one.Key));
        CrashPoint.Reach("start.backlog");
        return backlog.Waiting;
    }

    Backlog ReadWaiting()
    {
        try
        {
            return _readers.ReadMessage(reader => reader.ReadWaiting(_newestAtStart));
        }
        catch (InvalidDataException)
        {
            return _readers.Read(reader => reader.ReadWaitingApart(_newestAtStart));
        }
    }

    public QueuedMessage? Read(MessageKey key)
    {
        if (_quarantined.ContainsKey(key))
            return null;
        try
        {
            return _readers.ReadMessage(reader => reader.ReadEnvelope(key)) is var (envelope, size) ? Stored(key, envelope, size) : null;
        }
        catch (InvalidDataException e)
        {
            Quarantine(key, e.Message);
            return null;
        }
    }

    public IReadOnlyList<QueueEntry> List(MessageKey after, int most) => Look(reader => reader.List(after, most));

    /// <summary>
    /// Some of the messages behind a key that clients have brought and that wait, and the key that the next ones come behind; null = there are no more.
    /// What is damaged is passed over. <see cref="IOException"/> where the store cannot be read.
    /// </summary>
    internal (IReadOnlyList<WaitingMessage> Messages, MessageKey? Next) ReadWaiting(MessageKey after, int most) =>
        Look(reader => reader.ReadWaiting(after, most));

    public QueueEntryDetail? Show(MessageKey key) => Look(reader => reader.Show(key));

    public bool Record(MessageKey key, IReadOnlyList<RecipientMark> marks, IReadOnlyList<OwnMessage>? reports = null)
    {
        var isTaken = !_failed && _writer.TryEnqueue(new MarkWrite(key, marks, [.. (reports ?? []).Select(report => Own(report, key))], () => TellLeft(key, marks)));
        CrashPoint.Reach("attempt.recorded");
        return isTaken;
    }

    public Task<bool> WrittenAsync()
    {
        var behind = new BehindWrite();
        return !_failed && _writer.TryEnqueue(behind) ? behind.Written : Task.FromResult(false);
    }

    public ValueTask CaughtUpAsync(CancellationToken cancellationToken) => _writer.CaughtUpAsync(cancellationToken);

    public bool Hold(MessageKey key, bool isHeld) => !_failed && _writer.TryEnqueue(new HoldWrite(key, isHeld));

    public Task<QueueAnswer> DropAsync(MessageKey key)
    {
        var drop = new DropWrite(key);
        return !_failed && _writer.TryEnqueue(drop) ? drop.Dropped : Task.FromResult(QueueAnswer.Failed);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        CloseReads();
        _folder.Dispose();
    }

    internal Task<IntakeResult> AppendAsync(MessageKey key, int sequence, byte[] octets) => EnqueueAsync(new ChunkWrite(key, sequence, octets));

    internal Task<IntakeResult> CommitAsync(MessageKey key, MessageEnvelope envelope, long size, int chunks, byte[] last)
    {
        var now = _options.Time.GetUtcNow();
        if (envelope.Origin.Received == default)
            envelope = envelope with { Origin = envelope.Origin with { Received = now } };
        var message = chunks == 0 ? new QueuedMessage(key, envelope, new MemoryBody(last)) : Stored(key, envelope, size);
        return EnqueueAsync(new CommitWrite(key, envelope, size, chunks, last, now, () => _committed.Writer.TryWrite(message)));
    }

    internal void Discard(MessageKey key) => _writer.TryEnqueue(new DiscardWrite(key));

    void TellLeft(MessageKey key, IReadOnlyList<RecipientMark> marks)
    {
        int[] left = [.. marks.Where(static mark => mark.State != RecipientState.Waiting).Select(static mark => mark.Ordinal)];
        if (left.Length > 0)
            _options.Left(key, left);
    }

    QueuedMessage Stored(MessageKey key, MessageEnvelope envelope, long size) =>
        new(key, envelope, new StoredBody(_readers, key, size, reason => Quarantine(key, reason)));

    /// <summary>Sets a message aside, with one line in the log; whoever has it in hand finds it gone at the next reading.</summary>
    void Quarantine(MessageKey key, string reason)
    {
        if (!_quarantined.TryAdd(key, true))
            return;
        QueueLog.Damaged(_options.Logger, key.ToString(), reason);
        _writer.TryEnqueue(new QuarantineWrite(key, _options.Time.GetUtcNow(), reason, () => _options.Left(key, null)));
    }

    /// <summary>An operator's look must not end the store, whatever it meets.</summary>
    T Look<T>(Func<StoreReader, T> look)
    {
        try
        {
            return _readers.ReadMessage(look);
        }
        catch (InvalidDataException e)
        {
            throw new IOException("The queue's store has a page that is not what was written; see posthouse queue check.", e);
        }
    }

    OwnWrite Own(OwnMessage message, MessageKey about)
    {
        var (key, now) = (_keys.Next(), _options.Time.GetUtcNow());
        var queued = new QueuedMessage(key, message.Envelope, new MemoryBody(message.Octets)) { About = about };
        return new OwnWrite(key, message, now, () => _committed.Writer.TryWrite(queued));
    }

    Task<IntakeResult> EnqueueAsync(IntakeWrite write) => _writer.TryEnqueue(write) ? write.Result : Task.FromResult(IntakeResult.Failed);

    void ReadFailed(Exception e)
    {
        _failed = true;
        _writer.Abort(e);
    }

    void Failed()
    {
        _failed = true;
        CloseReads();
    }

    void CloseReads()
    {
        _committed.Writer.TryComplete();
        _readers.Dispose();
    }
}
