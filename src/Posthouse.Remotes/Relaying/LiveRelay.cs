using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Smtp;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Remotes.Relaying;

/// <summary>
/// A message that is handed over while it still comes in: its recipients are asked one by one as they are named, its body is sent on in
/// pieces, and the host's last word on each is had before anybody is answered. Used by one caller at a time. Throws for nothing but
/// cancellation, which ends it: before the final dot nothing was delivered.
/// </summary>
public sealed class LiveRelay : IAsyncDisposable
{
    readonly ConnectionPool<SmtpConnection> _pool;
    readonly LiveRelayServices _services;
    readonly MailCommand _mail;
    readonly ClientIdentity? _client;
    readonly TimeSpan _patience;
    readonly CancellationTokenSource _stop = new();
    readonly List<Mailbox> _taken = [];
    Lease<SmtpConnection>? _lease;
    LiveTransaction? _transaction;
    Answer? _failure;
    bool _isTold;
    int _isDisposed;

    internal LiveRelay(ConnectionPool<SmtpConnection> pool, MailCommand mail, ClientIdentity? client, TimeSpan patience, LiveRelayServices services)
    {
        _pool = pool;
        _services = services;
        _mail = mail;
        _client = client;
        _patience = patience;
    }

    /// <summary>Recipients that the host has taken so far, in their order.</summary>
    public IReadOnlyList<Mailbox> Taken => _taken;

    /// <summary>
    /// What the host owes when <see cref="EndAsync"/> has given it all the time that there was; null = nothing. From then on it is that which holds the
    /// connection, and whoever does not wait for it gives it up.
    /// </summary>
    public LateWord? Late { get; private set; }

    /// <summary>
    /// Asks the host to take a recipient of this message; the first time it is also asked to take mail from its sender. A yes: it was taken. A
    /// <see cref="AnswerKind.No"/> or <see cref="AnswerKind.Refused"/> is for good, for this message. What is said of a mailbox
    /// itself is kept as an answer to <see cref="Hosts.RemoteHost.VerifyRecipientAsync"/>, unless it was said to a client that the host was told of.
    /// </summary>
    /// <exception cref="InvalidOperationException">Octets were sent already.</exception>
    public async Task<Answer> OfferAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        if (_transaction is { IsPastEnvelope: true })
            throw new InvalidOperationException("The envelope has ended: octets of the message were sent already.");
        if (_failure is not null)
            return _failure;
        using var cancel = StopWith(cancellationToken);
        var generation = _services.Cache.Generation;
        Answer answer;
        try
        {
            answer = await OfferOnceAsync(recipient);
        }
        catch (HostUnavailableException e)
        {
            Tell(e.Message);
            return _failure = Answer.Unavailable(e.Message, e.Reply);
        }
        Tell(_transaction!.Failure);
        if (answer.Kind == AnswerKind.Yes)
            _taken.Add(recipient.Mailbox);
        if (SpeaksOfMailbox(answer) && !(_services.IsToldOfClients && _client is not null))
            _services.Cache.Keep(Question.Recipient(recipient.Mailbox), answer, generation);
        return answer;
    }

    /// <summary>
    /// Sends on a piece of the body: CRLF lines, header first, no dot-stuffing. The first one asks the host for its go-ahead. False: no more
    /// is wanted, since <see cref="EndAsync"/> knows the outcomes already.
    /// </summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        if (_transaction is not { Taken: > 0 })
            return false;
        using var cancel = StopWith(cancellationToken);
        return await _transaction.SendAsync(octets);
    }

    /// <summary>Sends the end of the body and waits for the host's word on each recipient that it took.</summary>
    /// <param name="limit">
    /// Most time for that. Where it passes, the outcome is temporary and <see cref="Outcome.MaybeDelivered"/>, as it is for a cancellation, and <see cref="Late"/> has
    /// what is still to come.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RelayResult> EndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_transaction is not { Taken: > 0 })
            return new RelayResult([]);
        using var cancel = StopWith(cancellationToken);
        var outcomes = await _transaction.EndAsync(limit);
        Tell(outcomes.FirstOrDefault(static outcome => outcome.Blame is Blame.Transport or Blame.Definition)?.Reply.ToString());
        for (var i = 0; i < outcomes.Count; i++)
        {
            // What is owed is counted when it is known.
            if (_transaction.Late is null || !outcomes[i].MaybeDelivered)
                Count(i, outcomes[i]);
        }
        if (_transaction.Late is { } late)
            Late = Owe(late, outcomes);
        return new RelayResult(outcomes);
    }

    /// <summary>
    /// Gives the connection back. A message whose end was not sent is taken back from the host, by RSET, or by closing where it was in its
    /// body.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        try
        {
            if (_transaction is not null)
                await _transaction.LeaveAsync(_stop.Token);
        }
        finally
        {
            _lease?.Dispose();
            _stop.Dispose();
            _services.Ended();
        }
    }

    LateWord Owe(Task late, IReadOnlyList<Outcome> told)
    {
        // From now on the word holds what this relay held.
        _isDisposed = 1;
        return new LateWord(HearAsync(late, told), _stop.Cancel);
    }

    async Task<IReadOnlyDictionary<Mailbox, Outcome>> HearAsync(Task late, IReadOnlyList<Outcome> told)
    {
        // Not within whoever asks for the word.
        await Task.Yield();
        try
        {
            using var closing = StopWith(_services.Closing);
            await late;
            Dictionary<Mailbox, Outcome> outcomes = [];
            for (var i = 0; i < told.Count; i++)
            {
                if (!told[i].MaybeDelivered)
                    continue;
                outcomes[_taken[i]] = _transaction!.Known[i]!;
                Count(i, outcomes[_taken[i]]);
            }
            return outcomes;
        }
        finally
        {
            // The word may be given up later still, so _stop stays; without a timer it holds nothing.
            _lease?.Dispose();
            _services.Ended();
        }
    }

    void Count(int place, Outcome outcome)
    {
        _services.Metrics.Answered("relay", outcome.Disposition.Name());
        if (outcome.Disposition == Disposition.Delivered)
            _services.Proved(_taken[place]);
    }

    async Task<Answer> OfferOnceAsync(RcptCommand recipient)
    {
        if (_transaction is not null)
            return await _transaction.OfferAsync(recipient, _stop.Token);
        _lease = await _pool.RentAsync(Errand.Relay(_client), _patience, _stop.Token);
        _transaction = Transact(_lease);
        try
        {
            return await _transaction.OfferAsync(recipient, _stop.Token);
        }
        catch (ConnectionLostException e) when (_lease.Connection.IsPooled)
        {
            // Nothing was asked of the host yet that it could have answered.
            _services.AskedAfresh(e.Message);
            _transaction = null;
        }
        await _lease.ReplaceAsync(_stop.Token);
        _transaction = Transact(_lease);
        return await _transaction.OfferAsync(recipient, _stop.Token);
    }

    /// <summary>Tells of a failure, once; what the host itself says of a recipient is none.</summary>
    void Tell(string? failure)
    {
        if (failure is null || _isTold)
            return;
        _isTold = true;
        _services.Unavailable.Tell("Relay", failure);
    }

    LiveTransaction Transact(Lease<SmtpConnection> lease) => new(lease.Connection, _mail, _client, _patience, _services.Time);

    CancellationTokenRegistration StopWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);

    /// <summary>
    /// Here the host has heard a sender's name, unlike in a check, and may mean him by any word that does not name the mailbox: a no is kept
    /// only with a code that does.
    /// </summary>
    static bool SpeaksOfMailbox(Answer answer) => answer switch
    {
        { Kind: AnswerKind.Yes } => answer.Reply is { Code: 250 or 251 },
        { Kind: AnswerKind.No } => answer.Reply is { Enhanced: { Subject: 1, Detail: 1 or 2 or 3 or 6 or 10 } },
        _ => false,
    };
}
