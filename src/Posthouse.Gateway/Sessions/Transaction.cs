using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Sessions.Body;
using Posthouse.Gateway.Sessions.CutThrough;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Sessions;

/// <summary>A mail transaction, from an accepted MAIL to the reply to its message.</summary>
sealed class Transaction(MailCommand mail) : IAsyncDisposable
{
    readonly Dictionary<Mailbox, int> _known = [];
    readonly List<int> _accepted = [];
    readonly List<RcptCommand> _recipients = [];
    readonly List<string?> _foundAt = [];
    readonly List<ThrottleHold> _places = [];

    public MailCommand Mail => mail;

    /// <summary>The reverse-path as rules see it; empty for the null one.</summary>
    public string Sender { get; } = mail.ReversePath?.ToString() ?? "";

    /// <summary>Octets that the message may have.</summary>
    public long MaxSize { get; set; }

    /// <summary>Each mailbox once, however often it was named.</summary>
    public IReadOnlyList<RcptCommand> Recipients => _recipients;

    /// <summary>For each of <see cref="Recipients"/> the id of the remote that knows it; null where none was asked.</summary>
    public IReadOnlyList<string?> FoundAt => _foundAt;

    /// <summary>
    /// The place of the recipient of each RCPT that was answered 250: an LMTP client gets as many replies to its message (RFC 2033 section
    /// 4.2).
    /// </summary>
    public IReadOnlyList<int> Accepted => _accepted;

    /// <summary>RCPT commands in all.</summary>
    public int Attempted { get; set; }

    /// <summary>The message, once its first octet may come.</summary>
    public IncomingBody? Body { get; set; }

    /// <summary>The message on its way to its next hop while the client waits; null = it is only queued.</summary>
    public LiveMessage? Live { get; set; }

    /// <summary>Keeps a place in throttles until the transaction ends, or somebody gives it back before.</summary>
    public void Keep(ThrottleHold place)
    {
        if (place != ThrottleHold.Nothing)
            _places.Add(place);
    }

    /// <summary>Gives back its places in throttles.</summary>
    public void Leave()
    {
        foreach (var place in _places)
            place.Dispose();
        _places.Clear();
    }

    public bool Has(Mailbox mailbox) => _known.ContainsKey(mailbox);

    public void Accept(RcptCommand recipient, string? foundAt)
    {
        if (_known.TryAdd(recipient.Mailbox, _recipients.Count))
        {
            _recipients.Add(recipient);
            _foundAt.Add(foundAt);
        }
        _accepted.Add(_known[recipient.Mailbox]);
    }

    public async ValueTask DisposeAsync()
    {
        Leave();
        if (Live is { } live)
            await live.DisposeAsync().ConfigureAwait(false);
        if (Body is { } body)
            await body.DisposeAsync().ConfigureAwait(false);
    }
}
