using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// Walks a whole store: SQLite's own check, each row's checksum, and that rows fit together. It only reads, so it may run beside the gateway, and sees
/// one moment of it.
/// </summary>
public static class StoreCheck
{
    /// <summary>Walks the store in a folder. <see cref="IOException"/> where there is none or it cannot be read.</summary>
    public static StoreFindings Run(string folder)
    {
        var file = Path.Combine(folder, "queue.db");
        if (!File.Exists(file))
            throw new IOException($"there is no queue in {folder}");
        try
        {
            using var connection = StoreDatabase.OpenReader(file);
            StoreDatabase.Execute(connection, "BEGIN");
            var version = StoreDatabase.Number(connection, "PRAGMA user_version");
            if (version != StoreDatabase.Version)
                throw new IOException($"the queue in {folder} has version {version} and not {StoreDatabase.Version}; an older one is brought up to it by the next start of the gateway");
            return new Walk(connection).Run();
        }
        catch (SqliteException e)
        {
            throw new IOException($"the queue in {folder} cannot be read: {e.Message}", e);
        }
    }

    sealed class Walk(SqliteConnection connection)
    {
        readonly List<string> _problems = [];
        long _messages, _recipients, _octets;

        internal StoreFindings Run()
        {
            Step("SQLite's own check", CheckDatabase);
            Step("the quarantine", CheckQuarantine);
            Step("messages", CheckMessages);
            Step("recipients", CheckRecipients);
            Step("bodies", CheckChunks);
            return new StoreFindings(_messages, _recipients, _octets, _problems);
        }

        // Where a page is damaged, what lies beyond it is out of reach.
        void Step(string what, Action check)
        {
            try
            {
                check();
            }
            catch (SqliteException e)
            {
                _problems.Add($"{what}: cannot be read to the end: {e.Message}");
            }
        }

        void CheckDatabase()
        {
            foreach (var line in Rows("PRAGMA integrity_check", static row => row.GetString(0)).Where(static line => line != "ok"))
                _problems.Add($"SQLite: {line}");
        }

        void CheckQuarantine()
        {
            foreach (var (key, since, reason) in Rows("SELECT message, since, reason FROM quarantine ORDER BY message",
                static row => (Key(row, 0), row.GetInt64(1), row.GetString(2))))
                _problems.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{key}: in quarantine since {DateTimeOffset.FromUnixTimeMilliseconds(since):u}: {reason}"));
        }

        void CheckMessages()
        {
            using var statement = new Statement(connection, $"""
                SELECT {RowFields.Message}, checksum, held, held_checksum, EXISTS (SELECT 1 FROM recipient WHERE message = id),
                    require_tls, require_tls_checksum FROM message ORDER BY id
                """);
            using var row = statement.Query();
            while (row.Read())
            {
                _messages++;
                if (!RowFields.AreSound(row, 0, RowFields.MessageCount))
                    _problems.Add($"{Key(row, 0)}: its row is not what was written");
                if (!RowFields.IsFlagSound(row.GetInt64(0), row.GetInt64(20), row.GetValue(21)))
                    _problems.Add($"{Key(row, 0)}: whether it is held is not what was written");
                if (!RowFields.IsFlagSound(row.GetInt64(0), row.GetInt64(23), row.GetValue(24)))
                    _problems.Add($"{Key(row, 0)}: whether it requires TLS is not what was written");
                if (row.GetInt64(22) == 0)
                    _problems.Add($"{Key(row, 0)}: it has no recipient");
            }
        }

        void CheckRecipients()
        {
            using var statement = new Statement(connection, $"""
                SELECT {RowFields.Recipient}, checksum, {RowFields.Mark}, mark_checksum, EXISTS (SELECT 1 FROM message WHERE id = message) FROM recipient ORDER BY message, ordinal
                """);
            using var row = statement.Query();
            var (last, place) = (long.MinValue, 0L);
            while (row.Read())
            {
                _recipients++;
                place = row.GetInt64(0) == last ? place + 1 : 0;
                last = row.GetInt64(0);
                if (row.GetInt64(1) != place)
                    _problems.Add($"{Key(row, 0)}: recipient {place} is missing");
                place = row.GetInt64(1);
                if (!RowFields.AreSound(row, 0, RowFields.RecipientCount))
                    _problems.Add($"{Key(row, 0)}: the row of recipient {place} is not what was written");
                if (!RowFields.AreSound(row, RowFields.RecipientCount + 1, RowFields.MarkCount))
                    _problems.Add($"{Key(row, 0)}: the state of recipient {place} is not what was written");
                if (row.GetInt64(RowFields.RecipientCount + RowFields.MarkCount + 2) == 0)
                    _problems.Add($"{Key(row, 0)}: recipient {place} is there and its message is not");
            }
        }

        void CheckChunks()
        {
            // Chunks of a message that is still coming have none of their own yet.
            var sizes = Rows("SELECT id, size FROM message", static row => (Key(row, 0), row.GetInt64(1))).ToDictionary();
            var incoming = Rows("SELECT id FROM incoming", static row => Key(row, 0)).ToHashSet();
            using var statement = new Statement(connection, "SELECT id, octets, checksum FROM chunk ORDER BY id");
            using var row = statement.Query();
            var (of, next, length) = (new MessageKey(long.MinValue), 0L, 0L);
            while (row.Read())
            {
                var id = row.GetInt64(0);
                var (key, sequence) = (new MessageKey(id >> MessageKey.ChunkBits), id & (MessageKey.MaxChunks - 1));
                if (key != of)
                {
                    End(of, length, sizes);
                    (of, next, length) = (key, 0, 0);
                    if (!sizes.ContainsKey(key) && !incoming.Contains(key))
                        _problems.Add($"{key}: its body is there and it is not");
                }
                if (sequence != next && sizes.ContainsKey(key))
                    _problems.Add($"{key}: chunk {next} of its body is missing");
                next = sequence + 1;
                var octets = row.GetFieldValue<byte[]>(1);
                length += octets.Length;
                _octets += octets.Length;
                if (!RowFields.IsChunkSound(id, octets, row.GetValue(2)))
                    _problems.Add($"{key}: chunk {sequence} of its body is not what was written");
            }
            End(of, length, sizes);
            foreach (var (key, size) in sizes.Where(static left => left.Value > 0))
                _problems.Add($"{key}: its body of {size} octets is missing");
        }

        void End(MessageKey key, long length, Dictionary<MessageKey, long> sizes)
        {
            if (sizes.Remove(key, out var size) && size != length)
                _problems.Add($"{key}: its body has {length} octets and not {size}");
        }

        List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
        {
            using var statement = new Statement(connection, sql);
            using var row = statement.Query();
            List<T> rows = [];
            while (row.Read())
                rows.Add(read(row));
            return rows;
        }

        static MessageKey Key(SqliteDataReader row, int column) => new(row.GetInt64(column));
    }
}
