using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// All that the store has of one message, in quarantine or not, as JSON: each row with its columns as they are, binary ones in base64, damaged or not. It only
/// reads, so it may run beside the gateway.
/// </summary>
public static class StoreExport
{
    /// <summary>
    /// Writes a message's rows. False: the store has nothing of that id. <see cref="IOException"/> where there is no store or it cannot be opened; what
    /// stands on a page that cannot be read is named in <c>unreadable</c>.
    /// </summary>
    /// <param name="folder">The queue's folder.</param>
    /// <param name="id">A queue id.</param>
    /// <param name="to">Written to once anything is found.</param>
    /// <param name="cancellationToken">Ends it between two rows.</param>
    public static bool TryWrite(string folder, string id, Stream to, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "queue.db");
        if (!File.Exists(file))
            throw new IOException($"there is no queue in {folder}");
        if (!MessageKey.TryParse(id, out var key))
            return false;
        try
        {
            using var connection = StoreDatabase.OpenReader(file);
            StoreDatabase.Execute(connection, "BEGIN");
            return new Rows(connection, key, cancellationToken).TryWrite(to);
        }
        catch (SqliteException e)
        {
            throw new IOException($"the queue in {folder} cannot be read: {e.Message}", e);
        }
    }

    sealed class Rows(SqliteConnection connection, MessageKey key, CancellationToken cancellationToken)
    {
        readonly List<string> _unreadable = [];

        internal bool TryWrite(Stream to)
        {
            if (!IsThere())
                return false;
            using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteString("id", key.ToString());
            Write(json, to, "quarantine", "SELECT * FROM quarantine WHERE message = $0", key.Value);
            Write(json, to, "message", "SELECT * FROM message WHERE id = $0", key.Value);
            Write(json, to, "recipient", "SELECT * FROM recipient WHERE message = $0 ORDER BY ordinal", key.Value);
            Write(json, to, "chunk", "SELECT * FROM chunk WHERE id BETWEEN $0 AND $1 ORDER BY id", key.ChunkId(0), key.ChunkId(MessageKey.MaxChunks - 1));
            json.WriteStartArray("unreadable");
            _unreadable.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteEndObject();
            return true;
        }

        // Where a page hides it from one table, another may tell.
        bool IsThere()
        {
            string[] places = ["quarantine WHERE message = $0", "message WHERE id = $0", "recipient WHERE message = $0"];
            return Array.Exists(places, place => Any($"SELECT 1 FROM {place}", key.Value))
                || Any("SELECT 1 FROM chunk WHERE id BETWEEN $0 AND $1", key.ChunkId(0), key.ChunkId(MessageKey.MaxChunks - 1));
        }

        bool Any(string sql, params ReadOnlySpan<object?> values)
        {
            try
            {
                using var statement = new Statement(connection, sql);
                using var row = statement.Query(values);
                return row.Read();
            }
            catch (SqliteException e) when (RottenPages.Is(e))
            {
                return false;
            }
        }

        void Write(Utf8JsonWriter json, Stream to, string table, string sql, params ReadOnlySpan<object?> values)
        {
            json.WriteStartArray(table);
            try
            {
                using var statement = new Statement(connection, sql);
                using var row = statement.Query(values);
                while (row.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Write(json, row);
                    // A body may be as large as a message.
                    json.Flush();
                    to.Flush();
                }
            }
            catch (SqliteException e) when (RottenPages.Is(e))
            {
                _unreadable.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{table}: what follows stands on a page that is not what was written: {e.Message}"));
            }
            json.WriteEndArray();
        }

        static void Write(Utf8JsonWriter json, SqliteDataReader row)
        {
            object?[] values = [.. Enumerable.Range(0, row.FieldCount).Select(column => row.IsDBNull(column) ? null : row.GetValue(column))];
            json.WriteStartObject();
            for (var column = 0; column < values.Length; column++)
            {
                var name = row.GetName(column);
                switch (values[column])
                {
                    case null:
                        json.WriteNull(name);
                        break;
                    case byte[] octets:
                        json.WriteBase64String(name, octets);
                        break;
                    case long number:
                        json.WriteNumber(name, number);
                        break;
                    case double number:
                        json.WriteNumber(name, number);
                        break;
                    case var other:
                        json.WriteString(name, Convert.ToString(other, CultureInfo.InvariantCulture));
                        break;
                }
            }
            json.WriteEndObject();
        }
    }
}
