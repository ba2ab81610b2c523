using System.Buffers;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Sessions.CutThrough;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Bodies;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Body;

/// <summary>
/// Step 5, a message on its way from the client to the queue, in bounded memory: octets are gathered into pieces, looked over, and passed on. The
/// start is held back until the header section has ended, where a missing Date or Message-ID is to be added above it. Once
/// refused, the rest is counted and dropped.
/// </summary>
sealed class IncomingBody(SessionState session, Transaction transaction, BodySettings settings, IIncomingMessage message) : IAsyncDisposable
{
    /// <summary>Octets gathered before they are passed on.</summary>
    public const int Piece = 32 * 1024;

    /// <summary>Longest header section that is waited for; behind it nothing is added that may be there twice.</summary>
    const int MostHeld = 64 * 1024;

    /// <summary>A list or a filter may bring a message back a few times; more often it goes in a circle (RFC 5321 section 6.3).</summary>
    const int MostOwn = 5;

    static readonly IReadOnlyDictionary<Mailbox, Outcome> NoOutcomes = new Dictionary<Mailbox, Outcome>();

    readonly ArrayBufferWriter<byte> _piece = new(4096);
    HeaderScan _header = new(session.Model.Server.HostName);
    LineEndScan _lineEnds;
    int _scanned;
    bool _isOpen;
    bool _isOver;

    /// <summary>Octets that the client sent, without dot-stuffing.</summary>
    public long Size { get; private set; }

    /// <summary>Why it will not be taken, whatever still comes.</summary>
    public Reply? Refusal { get; private set; }

    /// <summary>Where decoded octets go; <see cref="PassOnAsync"/> after each write.</summary>
    public IBufferWriter<byte> Writer => _piece;

    public string QueueId => message.QueueId;

    /// <summary>What was written since the last <see cref="PassOnAsync"/>.</summary>
    ReadOnlySpan<byte> Unseen => _piece.WrittenSpan[_scanned..];

    /// <summary>A message that will not be taken, but whose octets come all the same.</summary>
    public static IncomingBody Refused(SessionState session, Transaction transaction, Reply refusal) =>
        new(session, transaction, BodySettings.None, session.Services.Intake.Begin()) { Refusal = refusal };

    public void Refuse(Reply refusal) => Refusal ??= refusal;

    /// <summary>Looks over what was written and passes it on where enough has gathered.</summary>
    public async ValueTask PassOnAsync(CancellationToken cancellationToken)
    {
        Size += Unseen.Length;
        _header.Feed(Unseen);
        _scanned = _piece.WrittenCount;
        if (Size > transaction.MaxSize)
            Refuse(Replies.TooBig);
        else if (_header.Received > settings.MaxReceivedHeaders || _header.Own > MostOwn)
            Refuse(Replies.Loop);

        if (Refusal is not null)
            await DropAsync().ConfigureAwait(false);
        else if (_piece.WrittenCount >= Piece && (_isOpen || !settings.NeedsHeader || _header.HasEnded || _piece.WrittenCount > MostHeld))
            await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for octets of BDAT, which no one has cut into lines.</summary>
    public ValueTask PassOnChunkAsync(CancellationToken cancellationToken)
    {
        _lineEnds.Feed(Unseen);
        RefuseLineEnds();
        return PassOnAsync(cancellationToken);
    }

    /// <summary>The last chunk has come.</summary>
    public void EndChunks()
    {
        _lineEnds.End();
        RefuseLineEnds();
    }

    void RefuseLineEnds()
    {
        if (_lineEnds.SawBareControl)
            Refuse(Replies.BareControl);
        else if (_lineEnds.SawNul)
            Refuse(Replies.Nul);
    }

    /// <summary>
    /// The client has sent everything: hands the message over, or makes it durable, or says why not. A reply for each recipient, which in
    /// SMTP are the same.
    /// </summary>
    public async ValueTask<IReadOnlyList<Reply>> EndAsync(CancellationToken cancellationToken)
    {
        if (Refusal is null)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        else
            await DropAsync().ConfigureAwait(false);
        if (Refusal is { } refusal)
            return [.. transaction.Recipients.Select(_ => refusal)];
        var outcomes = transaction.Live is { } live ? await live.EndAsync().ConfigureAwait(false) : NoOutcomes;
        var remainder = new Remainder(transaction.Recipients, outcomes, session.IsLmtp);
        var queued = remainder.Left.Count > 0 ? await CommitAsync(remainder, cancellationToken).ConfigureAwait(false) : null;
        await CloseAsync().ConfigureAwait(false);
        HandoverRecord.Tell(session, transaction, message.QueueId, Size, remainder, queued);
        return FinalReply.Of(session, transaction, remainder, queued);
    }

    /// <summary>Makes durable what is left of it.</summary>
    async ValueTask<Reply> CommitAsync(Remainder remainder, CancellationToken cancellationToken)
    {
        if (remainder.IsHandedOver)
            CrashPoint.Reach("live.left");
        var envelope = new MessageEnvelope(transaction.Mail, [.. remainder.Left.Select(ordinal => transaction.Recipients[ordinal])], session.Origin())
        {
            FoundAt = [.. remainder.Left.Select(ordinal => transaction.FoundAt[ordinal])],
            IsPartlyDelivered = remainder.IsPartlyDelivered,
            Earlier = await remainder.AttemptsAsync(session, transaction, cancellationToken).ConfigureAwait(false),
        };
        var result = await message.CommitAsync(envelope).ConfigureAwait(false);
        // Its sender sends it again, whatever the hop still says.
        if (result != IntakeResult.Committed)
            transaction.Live?.Late?.GiveUp();
        return Replies.Of(result) ?? Replies.Queued(message.QueueId);
    }

    async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!_isOpen)
        {
            _isOpen = true;
            var isHeaderKnown = _header.HasEnded || _piece.WrittenCount <= MostHeld;
            var added = settings.Added with
            {
                Date = settings.Added.Date && isHeaderKnown && !_header.HasDate,
                MessageId = settings.Added.MessageId && isHeaderKnown && !_header.HasMessageId,
            };
            await WriteAsync(TraceHeaders.Make(session, transaction, message.QueueId, added), cancellationToken).ConfigureAwait(false);
        }

        await WriteAsync(_piece.WrittenMemory, cancellationToken).ConfigureAwait(false);
        Clear();
    }

    /// <summary>The store has it too, for what the hop may leave; what is not committed costs it no sync.</summary>
    async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        await message.WriteAsync(octets, cancellationToken).ConfigureAwait(false);
        if (transaction.Live is { } live)
            await live.WriteAsync(octets).ConfigureAwait(false);
    }

    async ValueTask DropAsync()
    {
        Clear();
        if (transaction.Live is { } live)
            await live.DisposeAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    void Clear()
    {
        _piece.ResetWrittenCount();
        _scanned = 0;
    }

    async ValueTask CloseAsync()
    {
        if (_isOver)
            return;
        _isOver = true;
        await message.DisposeAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => CloseAsync();
}
