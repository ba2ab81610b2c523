using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Steps 8 and 9 of the life of a message, at the host. Step 8 is one message to one host: (0) XCLIENT, where the host is to hear on whose
/// behalf, (1) MAIL, RCPT each and DATA, as one write where the host offers PIPELINING, (2) the body, (3) the final reply, or in LMTP
/// one for each recipient that was taken (RFC 2033 section 4.2), (4) RSET where a transaction stayed open. To a host with CHUNKING the
/// body goes by BDAT, without DATA in (1), and never before somebody was taken.
/// <para>
/// Step 9 is one outcome for each recipient, set once. What is unset when the connection fails becomes temporary, and <em>maybe
/// delivered</em> once the end of the body may have left. A connection out of the pool that dies before that is reported by an
/// exception, for another try on a fresh one.
/// </para>
/// </summary>
sealed class MailTransaction(SmtpConnection connection, RelayRequest request)
{
    /// <summary>So many commands leave before their replies are read, so that neither side fills up while both write.</summary>
    const int Window = 100;

    // 9.
    readonly Outcome?[] _outcomes = new Outcome?[request.Recipients.Count];
    MailCommand _mail = MailFitness.Fit(request, connection);
    Reply? _mailReply;
    bool _dotSent;
    ChunkTransfer? _chunks;

    /// <summary>The end of the body may have left.</summary>
    bool MayBeDelivered => _dotSent || _chunks is { MayBeWhole: true };

    /// <summary>
    /// Does not throw for what the host does, but for a pooled connection's loss; a cancellation before the final dot is
    /// thrown.
    /// </summary>
    public static async Task<RelayResult> RunAsync(SmtpConnection connection, RelayRequest request, CancellationToken cancellationToken)
    {
        if (MailFitness.Unfit(request, connection) is { } unfit)
            return new RelayResult([.. request.Recipients.Select(_ => unfit)]);
        var transaction = new MailTransaction(connection, request);
        return await transaction.RunAsync(cancellationToken);
    }

    async Task<RelayResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            connection.BeginRequest(cancellationToken);
            var isOpen = await TransactAsync(cancellationToken);
            connection.EndRequest();
            if (isOpen)
                await connection.LeaveTransactionAsync(connection.RelayAllowance, cancellationToken);
        }
        catch (HostUnavailableException e)
        {
            if (_chunks is not null && e.Reply is null && _outcomes.All(static outcome => outcome is not { Disposition: Disposition.Delivered }))
                connection.Chunking.Doubt(e.Message);
            if (e is ConnectionLostException && connection.IsPooled && !MayBeDelivered)
                throw;
            // 421 is an answer to the dot, and a no; in LMTP it answers for one recipient and leaves the others open.
            var isRefusal = e.Reply is not null && !connection.IsLmtp;
            SetRest(Outcomes.Failed(e, maybeDelivered: MayBeDelivered && !isRefusal));
            var mayBeAnywhere = _outcomes.Any(static outcome => outcome is { Disposition: Disposition.Delivered } or { MaybeDelivered: true });
            return new RelayResult(_outcomes!) { IsForBdat = _chunks is not null && !connection.Chunking.IsKept && !mayBeAnywhere };
        }
        catch (OperationCanceledException) when (MayBeDelivered)
        {
            SetRest(Outcomes.Failed(new HostUnavailableException("given up after the end of the message and before the host's reply"), maybeDelivered: true));
        }
        return new RelayResult(_outcomes!);
    }

    /// <summary>True where the host still holds an open transaction.</summary>
    async Task<bool> TransactAsync(CancellationToken cancellationToken)
    {
        // 0.
        if (await SmtpXClient.AnnounceAsync(connection, request.Client, connection.RelayAllowance))
        {
            if (MailFitness.Unfit(request, connection) is { } unfit)
            {
                SetRest(unfit);
                return false;
            }
            _mail = MailFitness.Fit(request, connection);
        }

        // 1.
        connection.CountTransaction();
        var byChunks = connection.TakesChunks;
        var goAhead = connection.Extensions.Pipelining ? await PipelineEnvelopeAsync(!byChunks) : await StepEnvelopeAsync(!byChunks);
        var isTaken = _outcomes.Contains(null);
        if (byChunks && isTaken)
            return await SendChunksAsync(cancellationToken);
        if (goAhead is null)
            return true;
        if (goAhead.Code != 354)
        {
            Require(!goAhead.IsPositive && !goAhead.IsIntermediate, "DATA", goAhead);
            connection.CountError();
            SetRest(Outcomes.FromReply(goAhead));
            return true;
        }
        if (connection.Wire.HasUnasked)
            throw connection.Wire.Garbled("DATA: more came than the go-ahead");

        // 2. A host that wants the body although it took no recipient gets an empty one (RFC 2920 section 3.1).
        var body = new BodyTransfer(connection);
        if (!isTaken)
        {
            await body.SendEmptyAsync();
            // LMTP has a reply for each recipient taken, thus none.
            if (!connection.IsLmtp)
                await connection.ReadReplyAsync("final dot", body.DotAllowance);
            connection.Retire();
            return false;
        }
        var early = await body.SendAsync(request.Body, () => _dotSent = true, cancellationToken);
        if (early is not null)
        {
            connection.Wire.Break($"DATA: the host answered before the body ended: {early}");
            SetRest(Outcomes.FromReply(early));
            return false;
        }
        if (body.IsBroken)
        {
            RefuseBareControl();
            return false;
        }

        // 3.
        await FinalReplies.ReadAsync(connection, _outcomes, () => body.DotAllowance);
        return false;
    }

    /// <summary>(2) and (3) by BDAT. True where RSET is due: what a host keeps after a chunk that it refused differs.</summary>
    async Task<bool> SendChunksAsync(CancellationToken cancellationToken)
    {
        connection.Wire.RequireSilence("BDAT");
        _chunks = new ChunkTransfer(connection);
        if (await _chunks.SendAsync(request.Body, cancellationToken) is { } refusal)
        {
            connection.CountError();
            SetRest(Outcomes.FromReply(refusal));
            return !connection.IsBroken;
        }
        if (_chunks.IsBroken)
        {
            RefuseBareControl();
            return false;
        }
        var isTaken = await FinalReplies.ReadAsync(connection, _outcomes, () => _chunks.DotAllowance, byChunks: true);
        connection.Chunking.Prove();
        return !isTaken;
    }

    void RefuseBareControl()
    {
        connection.Wire.Break("the message holds a bare CR or LF and did not go out");
        SetRest(Outcomes.Unfit(554, 6, 0, "The message holds a bare CR or LF"));
    }

    /// <returns>The reply to DATA; null where it was not asked for.</returns>
    async Task<Reply?> PipelineEnvelopeAsync(bool withData)
    {
        var output = connection.Wire.Output;
        var written = SmtpCommandWriter.TryMail(output, _mail, connection.Extensions.SmtpUtf8);
        for (var next = 0; next < _outcomes.Length;)
        {
            var from = next;
            for (; next < _outcomes.Length && next - from < Window; next++)
                written &= TryWriteRcpt(next);
            if (withData && next == _outcomes.Length)
                written &= SmtpCommandWriter.TryVerb(output, SmtpVerb.Data);
            Require(written, "an envelope that cannot be written");
            await connection.Wire.FlushAsync(connection.RelayAllowance, "MAIL");
            if (from == 0)
                TakeMailReply(await connection.ReadReplyAsync("MAIL", connection.MailAllowance));
            for (var i = from; i < next; i++)
                TakeRcptReply(i, await connection.ReadReplyAsync("RCPT", connection.RecipientAllowance));
        }
        return withData ? await connection.ReadReplyAsync("DATA", connection.RelayAllowance) : null;
    }

    /// <returns>Null also where nobody was taken, so that DATA is not sent at all.</returns>
    async Task<Reply?> StepEnvelopeAsync(bool withData)
    {
        var output = connection.Wire.Output;
        TakeMailReply(await connection.CommandAsync(
            SmtpCommandWriter.TryMail(output, _mail, connection.Extensions.SmtpUtf8), "MAIL", connection.MailAllowance));
        if (!_mailReply!.IsPositive)
            return null;
        for (var i = 0; i < _outcomes.Length; i++)
            TakeRcptReply(i, await connection.CommandAsync(TryWriteRcpt(i), "RCPT", connection.RecipientAllowance));
        return withData && _outcomes.Contains(null)
            ? await connection.CommandAsync(SmtpCommandWriter.TryVerb(output, SmtpVerb.Data), "DATA", connection.RelayAllowance)
            : null;
    }

    bool TryWriteRcpt(int index) =>
        SmtpCommandWriter.TryRcpt(connection.Wire.Output, MailFitness.Fit(request.Recipients[index], connection.Extensions, _mail.SmtpUtf8), _mail.SmtpUtf8);

    void TakeMailReply(Reply reply)
    {
        Require(!reply.IsIntermediate, "MAIL", reply);
        connection.RequireMemory(reply, "MAIL");
        _mailReply = reply;
        if (reply.IsPositive)
            return;
        connection.CountError();
        SetRest(Outcomes.FromReply(reply));
    }

    void TakeRcptReply(int index, Reply reply)
    {
        Require(!reply.IsIntermediate, "RCPT", reply);
        if (reply.IsPositive || _outcomes[index] is not null)
            return;
        connection.CountError();
        _outcomes[index] = Outcomes.FromRcptReply(reply);
    }

    void SetRest(Outcome outcome)
    {
        for (var i = 0; i < _outcomes.Length; i++)
            _outcomes[i] ??= outcome;
    }

    void Require(bool condition, string step, Reply reply) => Require(condition, $"{step}: {reply} is no reply to it");

    void Require(bool condition, string reason)
    {
        if (!condition)
            throw connection.Wire.Garbled(reason);
    }
}
