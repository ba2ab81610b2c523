using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Queue;

/// <summary>What a store is opened with.</summary>
sealed record SqliteStoreOptions(string Folder)
{
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Most pages of the database; null = the disk's room.</summary>
    internal long? MaxPages { get; init; }

    /// <summary>Runs on the writer's thread before each COMMIT. What it throws is what the disk would have said.</summary>
    internal Action? BeforeCommit { get; init; }
}

/// <summary>
/// The queue in one SQLite database, in WAL with <c>synchronous=FULL</c>: writes by one thread (<see cref="StoreWriter"/>), reads by
/// connections of their own beside it.
/// </summary>
sealed class SqliteStore : IMessageStore
{
    readonly SqliteStoreOptions _options;
    readonly StoreFolder _folder;
    readonly FreeSpace _space;
    readonly StoreReaders _readers;
    readonly StoreWriter _writer;
    readonly MessageKeys _keys;
    readonly long _newestAtStart;
    readonly Channel<QueuedMessage> _committed = Channel.CreateUnbounded<QueuedMessage>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    volatile bool _failed;

    SqliteStore(SqliteStoreOptions options, StoreFolder folder, SqliteConnection connection)
    {
        _options = options;
        _folder = folder;
        _newestAtStart = Count(connection, "SELECT IFNULL(MAX(id), 0) FROM message");
        _keys = new MessageKeys(options.Time, _newestAtStart);
        _space = new FreeSpace(folder.Path, options.Time);
        _readers = new StoreReaders(folder.Database, ReadFailed);
        _writer = new StoreWriter(connection, _space, options, options.Logger, Failed);
    }

    /// <summary>Opens the store, or makes it. <see cref="IOException"/> says what is in the way.</summary>
    internal static SqliteStore Open(SqliteStoreOptions options)
    {
        var folder = StoreFolder.Open(options.Folder);
        SqliteConnection? connection = null;
        try
        {
            connection = StoreDatabase.OpenWriter(folder.Database, options.MaxPages);
            var orphans = RemoveOrphans(connection);
            QueueLog.Opened(options.Logger, folder.Path,
                Count(connection, "SELECT COUNT(*) FROM recipient WHERE state = 0"), Count(connection, "SELECT COUNT(*) FROM recipient WHERE state = 2"), orphans);
            return new SqliteStore(options, folder, connection);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            folder.Dispose();
            if (e is SqliteException)
                throw new IOException($"The queue's database in {folder.Path} cannot be used: {e.Message}", e);
            throw;
        }
    }

    public bool HasFailed => _failed;

    public ChannelReader<QueuedMessage> Committed => _committed.Reader;

    /// <summary>Transactions so far.</summary>
    internal long Groups => _writer.Groups;

    public IntakeResult Probe(long size) =>
        _failed ? IntakeResult.Failed : _space.Fits(size) ? IntakeResult.Committed : IntakeResult.NoSpace;

    public IIncomingMessage Begin() => new IncomingMessage(this, _keys.Next());

    public IReadOnlyList<WaitingRecipient> ReadBacklog() => _readers.Read(reader => reader.ReadWaiting(_newestAtStart));

    public QueuedMessage? Read(MessageKey key) =>
        _readers.Read(reader => reader.ReadEnvelope(key)) is var (envelope, size) ? new QueuedMessage(key, envelope, new StoredBody(_readers, key, size)) : null;

    public IReadOnlyList<QueueEntry> List(MessageKey after, int most) => _readers.Read(reader => reader.List(after, most));

    public QueueEntryDetail? Show(MessageKey key) => _readers.Read(reader => reader.Show(key));

    public bool Record(MessageKey key, IReadOnlyList<RecipientMark> marks, IReadOnlyList<OwnMessage>? reports = null) =>
        !_failed && _writer.TryEnqueue(new MarkWrite(key, marks, [.. (reports ?? []).Select(Own)]));

    public bool Hold(MessageKey key, bool isHeld) => !_failed && _writer.TryEnqueue(new HoldWrite(key, isHeld));

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
        IMessageBody body = chunks == 0 ? new MemoryBody(last) : new StoredBody(_readers, key, size);
        return EnqueueAsync(new CommitWrite(key, envelope, size, chunks, last, now,
            () => _committed.Writer.TryWrite(new QueuedMessage(key, envelope, body))));
    }

    internal void Discard(MessageKey key) => _writer.TryEnqueue(new DiscardWrite(key));

    OwnWrite Own(OwnMessage message)
    {
        var (key, now) = (_keys.Next(), _options.Time.GetUtcNow());
        return new OwnWrite(key, message, now, () => _committed.Writer.TryWrite(new QueuedMessage(key, message.Envelope, new MemoryBody(message.Octets))));
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

    static long RemoveOrphans(SqliteConnection connection)
    {
        var orphans = Count(connection, "SELECT COUNT(*) FROM incoming");
        if (orphans == 0)
            return 0;
        using var statement = new Statement(connection, "DELETE FROM chunk WHERE id BETWEEN $0 AND $1");
        using var read = new Statement(connection, "SELECT id FROM incoming");
        List<MessageKey> keys = [];
        using (var row = read.Query())
        {
            while (row.Read())
                keys.Add(new MessageKey(row.GetInt64(0)));
        }
        StoreDatabase.Execute(connection, "BEGIN IMMEDIATE");
        foreach (var key in keys)
            statement.Run(key.ChunkId(0), key.ChunkId(MessageKey.MaxChunks - 1));
        StoreDatabase.Execute(connection, "DELETE FROM incoming; COMMIT");
        return orphans;
    }

    static long Count(SqliteConnection connection, string sql) => Convert.ToInt64(StoreDatabase.Scalar(connection, sql), CultureInfo.InvariantCulture);
}
