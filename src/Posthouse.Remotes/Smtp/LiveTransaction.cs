using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// One message at a host, step by step, while whoever brings it is still about it: (1) MAIL, together with the first RCPT where the host
/// offers PIPELINING, (2) each other RCPT, (3) DATA once octets come, (4) the final dot and its replies, (5) RSET where it went no
/// further than its envelope. Used by one step at a time.
/// <para>
/// Each recipient that was taken has one outcome, set once; what is unset when a step fails becomes temporary, and <em>maybe
/// delivered</em> once the final dot may have left.
/// </para>
/// </summary>
sealed class LiveTransaction(SmtpConnection connection, MailCommand mail, ClientIdentity? client, TimeSpan patience, TimeProvider time)
{
    /// <summary>Octets of trace headers: two names of 255 octets, two addresses, and words of ours.</summary>
    const int MostInFront = 2048;

    static readonly Outcome Owed = Outcomes.Failed(
        new HostUnavailableException("no reply to the final dot within the time for which its client is kept waiting"), maybeDelivered: true);

    readonly List<Outcome?> _outcomes = [];
    MailCommand? _mail;
    Answer? _refusal;
    BodyTransfer? _body;
    long _octets;
    bool _isOver;
    bool _dotSent;

    /// <summary>Recipients that the host took.</summary>
    public int Taken => _outcomes.Count;

    /// <summary>Whether the body has begun, so that no recipient can follow.</summary>
    public bool IsPastEnvelope => _body is not null;

    /// <summary>Why the conversation failed; null = it did not.</summary>
    public string? Failure { get; private set; }

    Allowance CommandAllowance => connection.LookupAllowance.ForClient(patience);

    /// <summary>
    /// (1) and (2). A yes: it was taken. A pooled connection that dies at the first is thrown, for another try on a fresh one.
    /// </summary>
    public async Task<Answer> OfferAsync(RcptCommand recipient, CancellationToken stop)
    {
        if (_refusal is not null)
            return _refusal;
        if (Unfit(recipient) is { } unfit)
            return unfit;
        try
        {
            if (_mail is null)
                return await OpenAsync(recipient, stop);
            return Take(await connection.CommandAsync(TryWriteRcpt(recipient), "RCPT", CommandAllowance));
        }
        catch (ConnectionLostException) when (connection.IsPooled && _outcomes.Count == 0 && _refusal is null)
        {
            throw;
        }
        catch (HostUnavailableException e)
        {
            Lose(e);
            return _refusal = Answer.Unavailable(e.Message, e.Reply);
        }
    }

    /// <summary>(3). False: nothing more is to be sent, since the outcomes are known.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> octets)
    {
        if (_isOver)
            return false;
        try
        {
            _octets += octets.Length;
            if (MailFitness.TooBig(_octets, connection.Extensions) is { } tooBig)
                return GiveUp(tooBig, "the message is larger than the host takes");
            if (_body is null && !await BeginBodyAsync())
                return false;
            var early = await _body!.WriteAsync(octets);
            return _body.IsBroken
                ? GiveUp(Outcomes.Unfit(554, 6, 0, "The message holds a bare CR or LF"), "the message holds a bare CR or LF and did not go out")
                : early is null || Refused(early);
        }
        catch (HostUnavailableException e)
        {
            return Lose(e);
        }
    }

    /// <summary>
    /// (4). An outcome for each recipient that was taken, in their order. Those that the host owes its word when the time is over are temporary
    /// and maybe delivered; <see cref="Late"/> waits for it.
    /// </summary>
    /// <param name="limit">Time for all final replies together, as far as anybody waits for them.</param>
    public async Task<IReadOnlyList<Outcome>> EndAsync(TimeSpan limit)
    {
        await ConcludeAsync(SendDotAsync());
        if (_isOver)
            return _outcomes!;
        using var end = new CancellationTokenSource(limit, time);
        var hearing = ConcludeAsync(HearAsync());
        try
        {
            await hearing.WaitAsync(end.Token);
            return _outcomes!;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            Late = hearing;
            return [.. _outcomes.Select(static outcome => outcome ?? Owed)];
        }
    }

    /// <summary>Ends once each recipient has its outcome, of which <see cref="EndAsync"/> could not wait for all; null = it could.</summary>
    public Task? Late { get; private set; }

    /// <summary>The outcome of each recipient that was taken, as far as it is known.</summary>
    public IReadOnlyList<Outcome?> Known => _outcomes;

    /// <summary>(5). Leaves a connection that may serve again, or a broken one.</summary>
    public async Task LeaveAsync(CancellationToken stop)
    {
        if (_mail is null || connection.IsBroken || !connection.IsInRequest)
            return;
        if (_body is not null)
        {
            connection.Wire.Break("given up before the final dot");
            return;
        }
        connection.EndRequest();
        await connection.LeaveTransactionAsync(CommandAllowance, stop);
    }

    async Task<Answer> OpenAsync(RcptCommand recipient, CancellationToken stop)
    {
        connection.BeginRequest(stop);
        connection.CountTransaction();
        var isTold = await SmtpXClient.AnnounceAsync(connection, client, CommandAllowance);
        _mail = MailFitness.Fit(mail, mail.SmtpUtf8, Announced(), connection);
        // What the host offers to the client may be less than it offers to us.
        if (isTold && Unfit(recipient) is { } unfit)
            return _refusal = unfit;
        var pipelined = connection.Extensions.Pipelining;
        var written = SmtpCommandWriter.TryMail(connection.Wire.Output, _mail, connection.Extensions.SmtpUtf8);
        if (pipelined)
            written &= TryWriteRcpt(recipient);
        var opening = await connection.CommandAsync(written, "MAIL", CommandAllowance);
        Require(!opening.IsIntermediate, "MAIL", opening);
        connection.RequireMemory(opening, "MAIL");
        if (opening.IsPositive)
        {
            return Take(pipelined
                ? await connection.ReadReplyAsync("RCPT", CommandAllowance)
                : await connection.CommandAsync(TryWriteRcpt(recipient), "RCPT", CommandAllowance));
        }
        connection.CountError();
        if (pipelined)
            await connection.ReadReplyAsync("RCPT", CommandAllowance);
        return _refusal = Outcomes.FromReply(opening).Disposition == Disposition.Permanent
            ? new Answer { Kind = AnswerKind.Refused, Reply = opening }
            : Answer.Unavailable($"MAIL: {opening}", opening);
    }

    Answer Take(Reply reply)
    {
        Require(!reply.IsIntermediate, "RCPT", reply);
        if (reply.IsPositive)
        {
            _outcomes.Add(null);
            return new Answer { Kind = AnswerKind.Yes, Reply = reply };
        }
        connection.CountError();
        // Behind one that was taken it means this message, or may (RFC 5321 section 4.5.3.1.10): another transaction takes it.
        if (Taken > 0 && Outcomes.FromRcptReply(reply).IsOneTooMany)
            return Answer.Unavailable($"RCPT: {reply}", reply);
        var answer = RecipientReply.Classify(reply);
        // Full is told though it passes; of all else only what is for good. Some of that says nothing of the mailbox, and yet would end in a report.
        if (answer.Kind == AnswerKind.Full)
            return answer;
        if (Outcomes.FromRcptReply(reply).Disposition != Disposition.Permanent)
            return Answer.Unavailable($"RCPT: {reply}", reply);
        return answer.Kind == AnswerKind.Unavailable ? new Answer { Kind = AnswerKind.Refused, Reply = reply } : answer;
    }

    /// <summary>False: the host wants no body.</summary>
    async Task<bool> BeginBodyAsync()
    {
        var goAhead = await connection.CommandAsync(SmtpCommandWriter.TryVerb(connection.Wire.Output, SmtpVerb.Data), "DATA", CommandAllowance);
        if (goAhead.Code != 354)
        {
            Require(!goAhead.IsPositive && !goAhead.IsIntermediate, "DATA", goAhead);
            connection.CountError();
            return End(Outcomes.FromReply(goAhead));
        }
        if (connection.Wire.HasUnasked)
            throw connection.Wire.Garbled("DATA: more came than the go-ahead");
        _body = new BodyTransfer(connection, patience);
        return true;
    }

    async Task SendDotAsync()
    {
        if (_isOver || (_body is null && !await BeginBodyAsync()))
            return;
        if (await _body!.FinishAsync(() => _dotSent = true) is { } early)
            Refused(early);
    }

    async Task HearAsync()
    {
        var since = connection.Wire.Timestamp;
        await FinalReplies.ReadAsync(connection, _outcomes, () => connection.Wire.Left(_body!.DotAllowance, since));
        _isOver = true;
        connection.EndRequest();
    }

    /// <summary>A step's failure becomes the outcomes that are missing; a cancellation before the final dot is thrown.</summary>
    async Task ConcludeAsync(Task step)
    {
        try
        {
            await step;
        }
        catch (HostUnavailableException e)
        {
            Lose(e);
        }
        catch (OperationCanceledException) when (_dotSent)
        {
            Lose(new HostUnavailableException("given up after the final dot and before the host's reply"));
        }
    }

    /// <summary>What its client counted, with room for the trace headers in front, as far as the host goes.</summary>
    long? Announced() => mail.Size is not { } size ? null
        : connection.Extensions.SizeLimit is > 0 and var most ? Math.Min(size + MostInFront, most)
        : size + MostInFront;

    bool TryWriteRcpt(RcptCommand recipient) =>
        SmtpCommandWriter.TryRcpt(connection.Wire.Output, MailFitness.Fit(recipient, connection.Extensions, _mail!.SmtpUtf8), _mail.SmtpUtf8);

    Answer? Unfit(RcptCommand recipient) => MailFitness.Unfit(mail, [recipient], mail.Size ?? 0, connection) is { } unfit
        ? new Answer { Kind = AnswerKind.Refused, Source = AnswerSource.Local, Reply = unfit.Reply }
        : null;

    /// <summary>The host answered before the body ended, and will take no more of it.</summary>
    bool Refused(Reply early) => GiveUp(Outcomes.FromReply(early), $"DATA: the host answered before the body ended: {early}");

    bool GiveUp(Outcome outcome, string reason)
    {
        connection.Wire.Break(reason);
        return End(outcome);
    }

    bool Lose(HostUnavailableException reason)
    {
        Failure ??= reason.Message;
        // 421 is an answer to the dot, and a no; in LMTP it answers for one recipient and leaves the others open.
        var isRefusal = reason.Reply is not null && !connection.IsLmtp;
        return End(Outcomes.Failed(reason, maybeDelivered: _dotSent && !isRefusal));
    }

    bool End(Outcome outcome)
    {
        _isOver = true;
        for (var i = 0; i < _outcomes.Count; i++)
            _outcomes[i] ??= outcome;
        return false;
    }

    void Require(bool condition, string step, Reply reply)
    {
        if (!condition)
            throw connection.Wire.Garbled($"{step}: {reply} is no reply to it");
    }
}
