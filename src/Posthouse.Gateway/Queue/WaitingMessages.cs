using System.Net;
using Microsoft.Data.Sqlite;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Queue;

/// <summary>Reads what rules may ask about of many messages at once; a message of the queue's own, which no listener took, is none of them.</summary>
static class WaitingMessages
{
    const string Query = """
        SELECT m.id, m.size, m.reverse_path, m.listener, m.remote_ip, m.local_ip, m.is_tls, m.helo_domain, m.authenticated_as, r.ordinal, r.mailbox, r.state
        FROM (SELECT * FROM message WHERE id > $0 AND listener <> '' AND id NOT IN (SELECT message FROM quarantine) ORDER BY id LIMIT $1) m
        JOIN recipient r ON r.message = m.id ORDER BY m.id, r.ordinal
        """;

    /// <summary>Those behind a key, and the last key that was looked at; null = there are no more.</summary>
    internal static (IReadOnlyList<WaitingMessage> Messages, MessageKey? Next) Read(SqliteConnection connection, MessageKey after, int most)
    {
        List<WaitingMessage> messages = [];
        MessageKey? last = null;
        Building? building = null;
        using var statement = new Statement(connection, Query);
        using var row = statement.Query(after.Value, most);
        while (row.Read())
        {
            var key = new MessageKey(row.GetInt64(0));
            if (key != last)
            {
                building?.AddTo(messages);
                building = new Building(key, row);
                last = key;
            }
            building!.Read(row);
        }
        building?.AddTo(messages);
        return (messages, last);
    }

    sealed class Building(MessageKey key, SqliteDataReader row)
    {
        readonly long _size = row.GetInt64(1);
        readonly string? _sender = StoreReader.Text(row, 2);
        readonly MessageOrigin _origin = new()
        {
            Listener = row.GetString(3),
            RemoteIp = Address(row, 4),
            LocalIp = Address(row, 5),
            IsTls = row.GetBoolean(6),
            HeloDomain = row.GetString(7),
            AuthenticatedAs = row.GetString(8),
        };
        readonly List<RcptCommand> _recipients = [];
        readonly List<int> _waiting = [];
        bool _isDamaged;

        // Another length is damage too.
        static IPAddress? Address(SqliteDataReader row, int column) =>
            !row.IsDBNull(column) && row.GetFieldValue<byte[]>(column) is { Length: 4 or 16 } octets ? new IPAddress(octets) : null;

        internal void Read(SqliteDataReader row)
        {
            _isDamaged |= row.GetInt64(9) != _recipients.Count;
            if (row.GetInt64(11) == (long)RecipientState.Waiting)
                _waiting.Add(_recipients.Count);
            try
            {
                _recipients.Add(new RcptCommand { Mailbox = StoreReader.Recipient(row.GetString(10)) });
            }
            catch (InvalidDataException)
            {
                // Delivery finds it as well, and sets the message aside.
                _isDamaged = true;
            }
        }

        internal void AddTo(List<WaitingMessage> messages)
        {
            if (_isDamaged || _waiting.Count == 0)
                return;
            Mailbox? sender = null;
            if (_sender is not null)
            {
                if (!Mailbox.TryParse(_sender, out var parsed))
                    return;
                sender = parsed;
            }
            messages.Add(new WaitingMessage(key, new MessageEnvelope(new MailCommand { ReversePath = sender }, _recipients, _origin), _size, _waiting));
        }
    }
}
