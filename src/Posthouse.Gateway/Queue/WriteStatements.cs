using System.Net;
using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>What the writer says to the database, prepared once.</summary>
sealed class WriteStatements : IDisposable
{
    readonly Statement _begin, _commit, _message, _recipient, _chunk, _incoming, _arrived, _mark, _hold, _finish, _noRecipients, _noChunks, _quarantine,
        _free, _dropped, _noMessage;

    internal WriteStatements(SqliteConnection connection)
    {
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _message = new(connection, $"""
            INSERT INTO message ({RowFields.Message}, checksum, require_tls, require_tls_checksum)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            """);
        _recipient = new(connection, $"""
            INSERT INTO recipient ({RowFields.Recipient}, checksum, state, attempts, due, maybe_delivered, reply, mark_checksum)
            VALUES ($0, $1, $2, $3, $4, $5, $6, 0, 0, $7, 0, '', $8)
            """);
        _chunk = new(connection, "INSERT INTO chunk (id, octets, checksum) VALUES ($0, $1, $2)");
        _incoming = new(connection, "INSERT INTO incoming (id) VALUES ($0)");
        _arrived = new(connection, "DELETE FROM incoming WHERE id = $0");
        // Whoever has ended stays so: an operator may have cancelled one for whom a delay is on its way here.
        _mark = new(connection, """
            UPDATE recipient SET state = $2, attempts = $3, due = $4, maybe_delivered = $5, reply = $6, notices = $7, mark_checksum = $8
            WHERE message = $0 AND ordinal = $1 AND state = 0
            """);
        _hold = new(connection, "UPDATE message SET held = $1, held_checksum = $2 WHERE id = $0");
        _finish = new(connection, """
            DELETE FROM message WHERE id = $0 AND NOT EXISTS (SELECT 1 FROM recipient WHERE message = $0 AND state = 0)
            AND NOT EXISTS (SELECT 1 FROM quarantine WHERE message = $0)
            """);
        _quarantine = new(connection, "INSERT OR IGNORE INTO quarantine (message, since, reason) VALUES ($0, $1, $2)");
        _dropped = new(connection, "DELETE FROM quarantine WHERE message = $0");
        _noMessage = new(connection, "DELETE FROM message WHERE id = $0");
        _free = new(connection, "PRAGMA freelist_count");
        _noRecipients = new(connection, "DELETE FROM recipient WHERE message = $0");
        _noChunks = new(connection, "DELETE FROM chunk WHERE id BETWEEN $0 AND $1");
    }

    internal void Begin() => _begin.Run();

    internal void Commit() => _commit.Run();

    /// <summary>Octets of the database that hold nothing, and are written before it grows.</summary>
    internal long FreePages()
    {
        using var row = _free.Query();
        return row.Read() ? row.GetInt64(0) * StoreDatabase.PageSize : 0;
    }

    internal void InsertMessage(MessageKey key, MessageEnvelope envelope, long size, DateTimeOffset due)
    {
        var (mail, recipients, origin) = envelope;
        object?[] fields = [key.Value, key.ToString(), origin.Received.ToUnixTimeMilliseconds(), size,
            mail.ReversePath?.ToString(), mail.Size, (long)mail.Body, mail.SmtpUtf8, (long)mail.Return, mail.EnvelopeId,
            origin.Listener, Octets(origin.RemoteIp), Octets(origin.LocalIp), origin.IsTls, origin.HeloDomain, origin.AuthenticatedAs,
            origin.RemotePort, origin.LocalPort, origin.IsExtended];
        _message.Run([.. fields, RowChecksum.Of(fields), mail.RequireTls, mail.RequireTls ? RowChecksum.Of(key.Value, mail.RequireTls) : null]);
        for (var i = 0; i < recipients.Count; i++)
        {
            var recipient = recipients[i];
            object?[] came = [key.Value, i, recipient.Mailbox.ToString(), (long)recipient.Notify, recipient.OriginalRecipient, envelope.RemoteOf(i)];
            var first = due.ToUnixTimeMilliseconds();
            _recipient.Run([.. came, RowChecksum.Of(came), first, RowChecksum.Of(key.Value, i, 0, 0, first, 0, "", 0)]);
            if (envelope.EarlierOf(i) is { } earlier)
                Mark(key, new RecipientMark(i, RecipientState.Waiting, Attempts: 1, earlier.Due, earlier.MaybeDelivered, earlier.Reply));
        }
    }

    internal void InsertChunk(MessageKey key, int sequence, byte[] octets) =>
        _chunk.Run(key.ChunkId(sequence), octets, RowChecksum.Of(key.ChunkId(sequence), octets));

    /// <summary>Notes that chunks without a commit are about to stand in the store.</summary>
    internal void Announce(MessageKey key) => _incoming.Run(key.Value);

    internal void Arrived(MessageKey key) => _arrived.Run(key.Value);

    /// <summary>How many recipients it has changed: none where it waits no more, or the message has left the queue.</summary>
    internal int Mark(MessageKey key, RecipientMark mark)
    {
        object?[] fields = [key.Value, mark.Ordinal, (long)mark.State, mark.Attempts, mark.Due.ToUnixTimeMilliseconds(), mark.MaybeDelivered, mark.Reply,
            mark.Notices];
        return _mark.Run([.. fields, RowChecksum.Of(fields)]);
    }

    internal void Hold(MessageKey key, bool isHeld) => _hold.Run(key.Value, isHeld, RowChecksum.Of(key.Value, isHeld));

    /// <summary>Sets a message aside; what is damaged in it stays as it is.</summary>
    internal void Quarantine(MessageKey key, DateTimeOffset since, string reason) => _quarantine.Run(key.Value, since.ToUnixTimeMilliseconds(), reason);

    /// <summary>Removes the message if no recipient waits and nothing of it is damaged.</summary>
    internal void Finish(MessageKey key)
    {
        if (_finish.Run(key.Value) == 0)
            return;
        _noRecipients.Run(key.Value);
        RemoveChunks(key);
    }

    /// <summary>Removes a message that is in quarantine with all that there is of it; false where it is not there.</summary>
    internal bool DropQuarantined(MessageKey key)
    {
        if (_dropped.Run(key.Value) == 0)
            return false;
        _noMessage.Run(key.Value);
        _noRecipients.Run(key.Value);
        RemoveChunks(key);
        return true;
    }

    internal void RemoveChunks(MessageKey key) => _noChunks.Run(key.ChunkId(0), key.ChunkId(MessageKey.MaxChunks - 1));

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _commit, _message, _recipient, _chunk, _incoming, _arrived, _mark, _hold, _finish, _noRecipients,
            _noChunks, _quarantine, _free, _dropped, _noMessage])
            statement.Dispose();
    }

    static byte[]? Octets(IPAddress? address) => address?.GetAddressBytes();
}
