using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Queue;

/// <summary>One connection that reads messages. What it finds malformed is an <see cref="InvalidDataException"/>.</summary>
sealed class StoreReader : IDisposable
{
    readonly SqliteConnection _connection;
    readonly Statement _message, _recipients, _chunk;

    internal StoreReader(string file)
    {
        _connection = StoreDatabase.OpenReader(file);
        _message = new(_connection, """
            SELECT received, size, reverse_path, declared_size, body, smtputf8, dsn_return, envelope_id,
                listener, remote_ip, local_ip, is_tls, helo_domain, authenticated_as, remote_port, local_port, is_extended
            FROM message WHERE id = $0
            """);
        _recipients = new(_connection, "SELECT mailbox, notify, original, found_at FROM recipient WHERE message = $0 ORDER BY ordinal");
        _chunk = new(_connection, "SELECT octets FROM chunk WHERE id = $0");
    }

    /// <summary>The recipients that wait, of messages up to this one.</summary>
    internal List<WaitingRecipient> ReadWaiting(long newest)
    {
        using var waiting = new Statement(_connection, """
            SELECT message, ordinal, attempts, due, notices, held FROM recipient JOIN message ON id = message
            WHERE state = 0 AND message <= $0 ORDER BY message, ordinal
            """);
        using var row = waiting.Query(newest);
        List<WaitingRecipient> recipients = [];
        while (row.Read())
            recipients.Add(new(new MessageKey(row.GetInt64(0)), row.GetInt32(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetInt32(4), row.GetBoolean(5)));
        return recipients;
    }

    internal List<QueueEntry> List(MessageKey after, int most) => StoreListing.Read(_connection, after, most);

    internal QueueEntryDetail? Show(MessageKey key) => StoreListing.Read(_connection, key);

    internal byte[]? ReadChunk(MessageKey key, int sequence)
    {
        using var row = _chunk.Query(key.ChunkId(sequence));
        return row.Read() ? row.GetFieldValue<byte[]>(0) : null;
    }

    /// <summary>The envelope and the size of the body; null where the message is not there.</summary>
    internal (MessageEnvelope Envelope, long Size)? ReadEnvelope(MessageKey key)
    {
        using var row = _message.Query(key.Value);
        if (!row.Read())
            return null;
        var mail = new MailCommand
        {
            ReversePath = Text(row, 2) is { } path ? ReversePath(path) : null,
            Size = row.IsDBNull(3) ? null : row.GetInt64(3),
            Body = (BodyKind)row.GetInt32(4),
            SmtpUtf8 = row.GetBoolean(5),
            Return = (DsnReturn)row.GetInt32(6),
            EnvelopeId = Text(row, 7),
        };
        var origin = new MessageOrigin
        {
            Received = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
            Listener = row.GetString(8),
            RemoteIp = Address(row, 9),
            LocalIp = Address(row, 10),
            IsTls = row.GetBoolean(11),
            HeloDomain = row.GetString(12),
            AuthenticatedAs = row.GetString(13),
            RemotePort = row.GetInt32(14),
            LocalPort = row.GetInt32(15),
            IsExtended = row.GetBoolean(16),
        };
        var (recipients, foundAt) = ReadRecipients(key);
        return (new MessageEnvelope(mail, recipients, origin) { FoundAt = foundAt }, row.GetInt64(1));
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
            recipients.Add(new RcptCommand { Mailbox = Recipient(row.GetString(0)), Notify = (DsnNotify)row.GetInt32(1), OriginalRecipient = Text(row, 2) });
            foundAt.Add(Text(row, 3));
        }
        return (recipients, foundAt);
    }

    static Mailbox ReversePath(string text) =>
        Mailbox.TryParse(text, out var mailbox) ? mailbox : throw new InvalidDataException($"The store holds a mailbox that is none: {text}");

    // As a command, since a recipient may also be the bare Postmaster.
    static Mailbox Recipient(string text) =>
        RcptCommand.TryParse(Encoding.UTF8.GetBytes($"TO:<{text}>"), EnvelopeExtensions.SmtpUtf8, smtpUtf8: true, out var command, out _)
            ? command.Mailbox
            : throw new InvalidDataException($"The store holds a recipient that is none: {text}");

    static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static IPAddress? Address(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new IPAddress(row.GetFieldValue<byte[]>(column));
}
