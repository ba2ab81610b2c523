using System.Net;
using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>What an operator sees of the queue. Done messages are not in it.</summary>
static class StoreListing
{
    const string Columns = """
        m.id, m.received, m.size, m.reverse_path, m.held, COUNT(*), MIN(r.due), MAX(r.attempts),
        (SELECT reply FROM recipient l WHERE l.message = m.id AND l.state = 0 ORDER BY attempts DESC, ordinal LIMIT 1)
        """;

    // A damaged row may hold anything; the store's check tells of it.
    const string NotAside = "m.id NOT IN (SELECT message FROM quarantine)";

    /// <summary>In the order of their arrival, those behind a key.</summary>
    internal static List<QueueEntry> Read(SqliteConnection connection, MessageKey after, int most)
    {
        using var statement = new Statement(connection,
            $"SELECT {Columns} FROM message m JOIN recipient r ON r.message = m.id WHERE r.state = 0 AND m.id > $0 AND {NotAside} GROUP BY m.id ORDER BY m.id LIMIT $1");
        using var row = statement.Query(after.Value, most);
        List<QueueEntry> entries = [];
        while (row.Read())
            entries.Add(Entry(row));
        return entries;
    }

    /// <summary>One message; null where it is not in the queue.</summary>
    internal static QueueEntryDetail? Read(SqliteConnection connection, MessageKey key)
    {
        using var statement = new Statement(connection, $"""
            SELECT {Columns}, m.listener, m.remote_ip, m.helo_domain, m.authenticated_as, m.envelope_id
            FROM message m JOIN recipient r ON r.message = m.id WHERE r.state = 0 AND m.id = $0 AND {NotAside} GROUP BY m.id
            """);
        using var row = statement.Query(key.Value);
        if (!row.Read())
            return null;
        return new QueueEntryDetail(Entry(row), row.GetString(9), row.IsDBNull(10) ? "" : new IPAddress(row.GetFieldValue<byte[]>(10)).ToString(),
            row.GetString(11), row.GetString(12), row.IsDBNull(13) ? null : row.GetString(13), Recipients(connection, key));
    }

    static List<QueueRecipient> Recipients(SqliteConnection connection, MessageKey key)
    {
        using var statement = new Statement(connection,
            "SELECT ordinal, mailbox, state, attempts, due, notices, maybe_delivered, reply FROM recipient WHERE message = $0 ORDER BY ordinal");
        using var row = statement.Query(key.Value);
        List<QueueRecipient> recipients = [];
        while (row.Read())
        {
            recipients.Add(new(row.GetInt32(0), row.GetString(1), ((RecipientState)row.GetInt32(2)).Name(), row.GetInt32(3), Moment(row, 4), row.GetInt32(5),
                row.GetBoolean(6), row.GetString(7)));
        }
        return recipients;
    }

    static QueueEntry Entry(SqliteDataReader row) => new(
        new MessageKey(row.GetInt64(0)).ToString(), Moment(row, 1), row.GetInt64(2), row.IsDBNull(3) ? "" : row.GetString(3), row.GetBoolean(4),
        row.GetInt32(5), Moment(row, 6), row.GetInt32(7), row.GetString(8));

    static DateTimeOffset Moment(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
