using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Queue;

/// <summary>What was in the queue when it was opened.</summary>
sealed class Backlog
{
    /// <summary>The recipients that wait, those of one message in a row.</summary>
    internal List<WaitingRecipient> Waiting { get; } = [];

    /// <summary>Messages that have a damaged row, and what of them is damaged.</summary>
    internal Dictionary<MessageKey, string> Damaged { get; } = [];
}

/// <summary>One connection that reads messages. What it finds malformed is an <see cref="InvalidDataException"/>.</summary>
sealed class StoreReader : IDisposable
{
    readonly SqliteConnection _connection;
    readonly Statement _message, _recipients, _chunk;

    internal StoreReader(string file)
    {
        _connection = StoreDatabase.OpenReader(file);
        try
        {
            _message = new(_connection, $"""
                SELECT {RowFields.Message}, checksum, require_tls, require_tls_checksum FROM message WHERE id = $0 AND NOT EXISTS (SELECT 1 FROM quarantine WHERE message = $0)
                """);
            _recipients = new(_connection, $"SELECT {RowFields.Recipient}, checksum FROM recipient WHERE message = $0 ORDER BY ordinal");
            _chunk = new(_connection, "SELECT octets, checksum FROM chunk WHERE id = $0");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    const string Waiting = $"""
        SELECT {RowFields.Mark}, mark_checksum, id, held, held_checksum FROM recipient LEFT JOIN message ON id = message
        WHERE message BETWEEN $0 AND $1 AND message NOT IN (SELECT message FROM quarantine) ORDER BY message, ordinal
        """;

    /// <summary>The recipients that wait, of messages up to this one, and the messages that have a damaged row. What is in quarantine is neither.</summary>
    internal Backlog ReadWaiting(long newest)
    {
        var backlog = new Backlog();
        using var without = new Statement(_connection, """
            SELECT id FROM message WHERE id <= $0 AND NOT EXISTS (SELECT 1 FROM recipient WHERE message = id) AND id NOT IN (SELECT message FROM quarantine)
            """);
        using (var row = without.Query(newest))
        {
            while (row.Read())
                backlog.Damaged[new MessageKey(row.GetInt64(0))] = "it has no recipient";
        }
        using var all = new Statement(_connection, Waiting);
        Read(all, 0, newest, backlog);
        return backlog;
    }

    /// <summary>The same, message by message, where a page is in the way of the whole: what stands on it is damaged.</summary>
    internal Backlog ReadWaitingApart(long newest)
    {
        var backlog = new Backlog();
        using var one = new Statement(_connection, Waiting);
        foreach (var key in ReadKeys().Where(key => key <= newest))
        {
            var ofMessage = new Backlog();
            try
            {
                Read(one, key, key, ofMessage);
                foreach (var waiting in ofMessage.Waiting)
                    backlog.Waiting.Add(waiting);
                foreach (var (damaged, reason) in ofMessage.Damaged)
                    backlog.Damaged[damaged] = reason;
            }
            catch (SqliteException e) when (RottenPages.Is(e))
            {
                backlog.Damaged[new MessageKey(key)] = "a page that it stands on is not what was written";
            }
        }
        return backlog;
    }

    /// <summary>From that of two tables that can be read to its end.</summary>
    SortedSet<long> ReadKeys()
    {
        try
        {
            return Keys("SELECT DISTINCT message FROM recipient");
        }
        catch (SqliteException e) when (RottenPages.Is(e))
        {
            return Keys("SELECT id FROM message");
        }
    }

    SortedSet<long> Keys(string sql)
    {
        using var statement = new Statement(_connection, sql);
        using var row = statement.Query();
        SortedSet<long> keys = [];
        while (row.Read())
            keys.Add(row.GetInt64(0));
        return keys;
    }

    static void Read(Statement statement, long first, long last, Backlog backlog)
    {
        using var row = statement.Query(first, last);
        while (row.Read())
        {
            var key = new MessageKey(row.GetInt64(0));
            if (Damage(row, key) is { } reason)
                backlog.Damaged.TryAdd(key, reason);
            else if (row.GetInt64(2) == (long)RecipientState.Waiting)
                backlog.Waiting.Add(new(key, row.GetInt32(1), row.GetInt32(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetInt32(7),
                    row.GetInt64(10) != 0, row.GetBoolean(5)));
        }
    }

    internal (IReadOnlyList<WaitingMessage> Messages, MessageKey? Next) ReadWaiting(MessageKey after, int most) =>
        WaitingMessages.Read(_connection, after, most);

    internal List<QueueEntry> List(MessageKey after, int most) => StoreListing.Read(_connection, after, most);

    internal QueueEntryDetail? Show(MessageKey key) => StoreListing.Read(_connection, key);

    /// <summary>The octets of a chunk, and whether they are those that were written; null where it is not there.</summary>
    internal (byte[]? Octets, bool IsSound) ReadChunk(MessageKey key, int sequence)
    {
        var id = key.ChunkId(sequence);
        using var row = _chunk.Query(id);
        if (!row.Read())
            return (null, false);
        var octets = row.GetFieldValue<byte[]>(0);
        return (octets, RowFields.IsChunkSound(id, octets, row.GetValue(1)));
    }

    /// <summary>The envelope and the size of the body; null where the message is not there, or in quarantine.</summary>
    internal (MessageEnvelope Envelope, long Size)? ReadEnvelope(MessageKey key)
    {
        using var row = _message.Query(key.Value);
        if (!row.Read())
            return null;
        if (!RowFields.AreSound(row, 0, RowFields.MessageCount))
            throw new InvalidDataException("its row is not what was written");
        if (!RowFields.IsFlagSound(key.Value, row.GetInt64(RowFields.MessageCount + 1), row.GetValue(RowFields.MessageCount + 2)))
            throw new InvalidDataException("whether it requires TLS is not what was written");
        var mail = new MailCommand
        {
            ReversePath = Text(row, 4) is { } path ? ReversePath(path) : null,
            Size = row.IsDBNull(5) ? null : row.GetInt64(5),
            Body = (BodyKind)row.GetInt32(6),
            SmtpUtf8 = row.GetBoolean(7),
            Return = (DsnReturn)row.GetInt32(8),
            EnvelopeId = Text(row, 9),
            RequireTls = row.GetBoolean(RowFields.MessageCount + 1),
        };
        var origin = new MessageOrigin
        {
            Received = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            Listener = row.GetString(10),
            RemoteIp = Address(row, 11),
            LocalIp = Address(row, 12),
            IsTls = row.GetBoolean(13),
            HeloDomain = row.GetString(14),
            AuthenticatedAs = row.GetString(15),
            RemotePort = row.GetInt32(16),
            LocalPort = row.GetInt32(17),
            IsExtended = row.GetBoolean(18),
        };
        var (recipients, foundAt) = ReadRecipients(key);
        return (new MessageEnvelope(mail, recipients, origin) { FoundAt = foundAt }, row.GetInt64(3));
    }

    public void Dispose()
    {
        _message.Dispose();
        _recipients.Dispose();
        _chunk.Dispose();
        _connection.Dispose();
    }

    (List<RcptCommand> Recipients, List<string?> FoundAt) ReadRecipients(MessageKey key)
    {
        List<RcptCommand> recipients = [];
        List<string?> foundAt = [];
        using var row = _recipients.Query(key.Value);
        while (row.Read())
        {
            // Delivery knows a recipient by its place.
            if (row.GetInt64(1) != recipients.Count || !RowFields.AreSound(row, 0, RowFields.RecipientCount))
                throw new InvalidDataException($"the row of recipient {recipients.Count} is not what was written");
            recipients.Add(new RcptCommand { Mailbox = Recipient(row.GetString(2)), Notify = (DsnNotify)row.GetInt32(3), OriginalRecipient = Text(row, 4) });
            foundAt.Add(Text(row, 5));
        }
        return (recipients, foundAt);
    }

    static string? Damage(SqliteDataReader row, MessageKey key)
    {
        if (!RowFields.AreSound(row, 0, RowFields.MarkCount))
            return $"the state of recipient {row.GetInt64(1)} is not what was written";
        if (row.IsDBNull(9))
            return "its recipients are there and it is not";
        return RowFields.IsFlagSound(key.Value, row.GetInt64(10), row.GetValue(11)) ? null : "whether it is held is not what was written";
    }

    static Mailbox ReversePath(string text) =>
        Mailbox.TryParse(text, out var mailbox) ? mailbox : throw new InvalidDataException($"The store holds a mailbox that is none: {text}");

    // As a command, since a recipient may also be the bare Postmaster.
    internal static Mailbox Recipient(string text) =>
        RcptCommand.TryParse(Encoding.UTF8.GetBytes($"TO:<{text}>"), EnvelopeExtensions.SmtpUtf8, smtpUtf8: true, out var command, out _)
            ? command.Mailbox
            : throw new InvalidDataException($"The store holds a recipient that is none: {text}");

    internal static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static IPAddress? Address(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new IPAddress(row.GetFieldValue<byte[]>(column));
}
