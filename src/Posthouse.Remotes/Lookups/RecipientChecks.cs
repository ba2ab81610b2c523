using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Smtp;
using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Lookups;

/// <summary>
/// Gathers recipient checks while they wait for a connection. With a connection at hand each check leaves at once; where none is, all
/// that came meanwhile leave together on the next one, as one pipelined batch within <c>limits.requests</c>. So a busy host costs
/// one round trip for many checks and an idle one adds no delay.
/// </summary>
sealed class RecipientChecks(ConnectionPool<SmtpConnection> pool, RemoteHostOptions host, TimeProvider time)
{
    /// <summary>Most checks of one batch, whatever the limit: a batch is answered in order.</summary>
    const int MaxBatch = 100;

    readonly Lock _gate = new();
    readonly CheckQueue _pending = new();
    int _carriersWaiting;

    // Until a host has shown that it does not pipeline, one carrier waits for many.
    volatile bool _pipelines = true;

    // What the host has said or shown that it takes in one transaction (RFC 9422, RFC 5321 section 4.5.3.1.10).
    volatile int _hostLimit = MaxBatch;

    int BatchLimit => _pipelines ? Math.Min(host.Limits.Requests, _hostLimit) : 1;

    public Task<Answer> AskAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        RecipientCheck check;
        lock (_gate)
        {
            // A place that was left counts until a carrier comes by it, at most a patience later.
            if (_pending.Count >= host.MostWaiting)
                return Task.FromException<Answer>(LineFull.Of(host, RequestClass.Check));
            check = new RecipientCheck(mailbox, time.GetTimestamp(), cancellationToken);
            _pending.Enqueue(check);
        }
        SendCarriers();
        return check.Answer;
    }

    /// <summary>A carrier waits for a connection on behalf of as many checks as fit one batch.</summary>
    void SendCarriers()
    {
        while (true)
        {
            TimeSpan patience;
            lock (_gate)
            {
                var carried = _carriersWaiting * BatchLimit;
                if (_pending.Count <= carried)
                    return;
                _carriersWaiting++;
                // Those in front have a carrier already, whose patience is theirs.
                patience = host.Timeout - time.GetElapsedTime(_pending[carried].Since);
            }
            _ = CarryAsync(patience);
        }
    }

    async Task CarryAsync(TimeSpan patience)
    {
        var batch = new List<RecipientCheck>();
        var isWaiting = true;
        try
        {
            await pool.UseAsync(Errand.Check, async connection =>
            {
                if (isWaiting)
                {
                    isWaiting = false;
                    _pipelines = connection.Extensions.Pipelining;
                    _hostLimit = Math.Clamp(connection.Extensions.RcptMax ?? _hostLimit, 1, MaxBatch);
                    Take(batch, connection.RequestsLeft);
                    SendCarriers();
                }
                await AskBatchAsync(connection, batch);
                return true;
            }, patience, CancellationToken.None);
            PutBack(batch);
        }
        catch (OperationCanceledException)
        {
            // Every check of the batch was abandoned.
        }
        catch (HostBusyException e) when (isWaiting)
        {
            // Its patience was that of the oldest; those who came later wait on.
            TakeExpired(batch);
            Fail(batch, e);
            SendCarriers();
        }
        catch (Exception e)
        {
            if (isWaiting)
                Take(batch, int.MaxValue);
            // A host that could not answer so many in its time is asked for fewer.
            else if (e.InnerException is OperationCanceledException && batch.Count > 1)
                _hostLimit = Math.Max(1, batch.Count(static check => !check.IsOpen));
            Fail(batch, e);
            SendCarriers();
        }
    }

    /// <summary>Takes a batch; the carrier waits no more.</summary>
    void Take(List<RecipientCheck> batch, int room)
    {
        lock (_gate)
        {
            _carriersWaiting--;
            var most = Math.Min(BatchLimit, room);
            while (batch.Count < most && _pending.TryDequeue(out var check))
            {
                if (check.IsOpen)
                    batch.Add(check);
            }
        }
    }

    void TakeExpired(List<RecipientCheck> batch)
    {
        lock (_gate)
        {
            _carriersWaiting--;
            while (_pending.Count > 0 && (!_pending[0].IsOpen || time.GetElapsedTime(_pending[0].Since) >= host.Timeout))
            {
                if (_pending.TryDequeue(out var check))
                    batch.Add(check);
            }
        }
    }

    // Each check throws its own.
    static void Fail(List<RecipientCheck> batch, Exception reason)
    {
        foreach (var check in batch)
            check.Fail(reason is HostUnavailableException failure ? failure.Anew() : reason);
    }

    /// <summary>What the host took no more of in one transaction goes into another, and no batch is that large again.</summary>
    void PutBack(List<RecipientCheck> batch)
    {
        var open = batch.FindAll(check => check.IsOpen);
        if (open.Count == 0)
            return;
        _hostLimit = Math.Max(1, batch.Count - open.Count);
        lock (_gate)
        {
            foreach (var check in open)
                _pending.Enqueue(check);
        }
        SendCarriers();
    }

    static async Task AskBatchAsync(SmtpConnection connection, List<RecipientCheck> batch)
    {
        foreach (var check in batch)
        {
            if (RecipientBatch.Unaskable(connection, check.Mailbox) is { } unaskable)
                check.Settle(unaskable);
        }
        // On a second try these are the checks that the first left open.
        var open = batch.FindAll(check => check.IsOpen);
        if (open.Count == 0)
            return;

        // Not disposed: a check that leaves late may still cancel it, to no effect.
        var abandonment = new CancellationTokenSource();
        var left = open.Count;
        var abandoned = () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                abandonment.Cancel();
        };
        foreach (var check in open)
            check.OnAbandoned(abandoned);
        await RecipientBatch.AskAsync(connection, [.. open.Select(check => check.Mailbox)], (i, answer) =>
        {
            if (open[i].Settle(answer))
                Interlocked.Decrement(ref left);
        }, abandonment.Token);
    }
}
