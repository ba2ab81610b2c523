using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>The columns that a checksum covers, in their order, and the comparison when they are read.</summary>
static class RowFields
{
    internal const string Message = """
        id, queue_id, received, size, reverse_path, declared_size, body, smtputf8, dsn_return, envelope_id,
        listener, remote_ip, local_ip, is_tls, helo_domain, authenticated_as, remote_port, local_port, is_extended
        """;
    internal const int MessageCount = 19;

    /// <summary>What came with a recipient.</summary>
    internal const string Recipient = "message, ordinal, mailbox, notify, original, found_at";
    internal const int RecipientCount = 6;

    /// <summary>What attempts made of it.</summary>
    internal const string Mark = "message, ordinal, state, attempts, due, maybe_delivered, reply, notices";
    internal const int MarkCount = 8;

    /// <summary>Whether a row's columns from <paramref name="first"/> on, with the checksum behind them, are as they were written.</summary>
    internal static bool AreSound(SqliteDataReader row, int first, int count)
    {
        if (row.IsDBNull(first + count))
            return true;
        var values = new object[count];
        for (var i = 0; i < count; i++)
            values[i] = row.GetValue(first + i);
        return RowChecksum.Of(values) == row.GetInt64(first + count);
    }

    /// <summary>Whether a chunk is as it was written; its checksum is the second column behind the octets.</summary>
    internal static bool IsChunkSound(long id, byte[] octets, object checksum) => checksum is not long sum || RowChecksum.Of(id, octets) == sum;

    /// <summary>Whether a hold, or a need of TLS, is one: a message without has no checksum for it.</summary>
    internal static bool IsFlagSound(long id, long flag, object checksum) => checksum is long sum ? RowChecksum.Of(id, flag) == sum : flag == 0;
}
