using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Conversations;

/// <summary>
/// The octets of one connection. What goes out is gathered and flushed as one write; what comes in is bounded by whoever parses it.
/// Between requests one read is always pending or about to be, so that a close, a 421 or octets nobody asked for are noticed
/// before the next question instead of being taken for its answer. Any failure passes through <see cref="Break"/>: there is no
/// half-broken state. Used by one request at a time.
/// </summary>
sealed class HostStream : IDisposable
{
    const int MostAfterFarewell = 64 * 1024;

    // Fires at a missed deadline or a caller's cancellation; both end the connection, so it is never reset.
    readonly CancellationTokenSource _end;
    readonly TimeProvider _time;
    readonly HostInput _input;
    Stream _stream;
    bool _isSending;
    CancellationToken _caller;
    CancellationTokenRegistration _callerRegistration;
    string? _breakReason;

    public HostStream(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _time = time;
        _input = new HostInput(stream);
        _end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>When a step of several reads began, for <see cref="Left"/>.</summary>
    public long Timestamp => _time.GetTimestamp();

    /// <summary>What the next flush sends.</summary>
    public ArrayBufferWriter<byte> Output { get; } = new(1024);

    public bool IsBroken => Volatile.Read(ref _breakReason) is not null || _end.IsCancellationRequested;

    public string BreakReason => Volatile.Read(ref _breakReason) ?? "a deadline passed";

    /// <summary>Whether octets that no command called for are at hand, or the host has closed.</summary>
    public bool HasUnasked => _input.HasCome;

    /// <summary>Whether what comes may repeat a secret, so that it is wiped once it was read.</summary>
    public bool MayHoldSecret
    {
        get => _input.MayHoldSecret;
        set => _input.MayHoldSecret = value;
    }

    /// <summary>
    /// Puts the caller's token over all that follows until <see cref="End"/>. A connection on which something already came is
    /// lost.
    /// </summary>
    public void Begin(CancellationToken caller)
    {
        Enter(caller);
        if (!IsBroken && !ReadAhead().IsCompleted)
            return;
        End();
        caller.ThrowIfCancellationRequested();
        Break("the host closed it or spoke unasked between requests");
        throw new ConnectionLostException(BreakReason);
    }

    /// <summary>
    /// Fails where something came before its command left: a reply that is there already cannot be the answer, and all later ones
    /// would answer the command before.
    /// </summary>
    public void RequireSilence(string step)
    {
        if (!HasUnasked)
            return;
        // What was to be said may be a secret.
        Output.Clear();
        Break($"{step}: the host closed it or spoke before it was asked");
        throw new ConnectionLostException(BreakReason);
    }

    /// <summary>Puts the caller's token over a new connection, where the host speaks first.</summary>
    public void Enter(CancellationToken caller)
    {
        _caller = caller;
        _callerRegistration = caller.UnsafeRegister(static stream => ((HostStream)stream!)._end.Cancel(), this);
    }

    /// <summary>Ends what <see cref="Begin"/> or <see cref="Enter"/> began.</summary>
    public void End()
    {
        _callerRegistration.Dispose();
        _callerRegistration = default;
        _caller = default;
    }

    /// <summary>The one pending read; begun if there is none.</summary>
    public Task<ReadResult> ReadAhead() => _input.ReadAhead();

    /// <summary>Sends what was gathered, and forgets it: it may have been a secret.</summary>
    public async ValueTask FlushAsync(Allowance allowance, string step)
    {
        try
        {
            _end.CancelAfter(allowance.Time);
            await _stream.WriteAsync(Output.WrittenMemory, _end.Token);
            await _stream.FlushAsync(_end.Token);
            _end.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (Exception e) when (IsTransport(e))
        {
            throw Failure(e, allowance, step);
        }
        finally
        {
            Output.Clear();
        }
    }

    /// <summary>
    /// The same for a body, during which a host may refuse: once its refusal is there, nobody waits for it to take what is left.
    /// </summary>
    /// <param name="allowance">Time for this much of the body.</param>
    /// <param name="step">For texts.</param>
    /// <param name="heedsRefusal">Whether a refusal speaks for the whole message.</param>
    /// <param name="takeReply">Takes a reply to something before, false where none is owed; null = none can be.</param>
    public async ValueTask<FlushEnd> TryFlushAsync(Allowance allowance, string step, bool heedsRefusal, Func<ValueTask<bool>>? takeReply = null)
    {
        var words = ReadAhead();
        try
        {
            var sending = FlushAsync(allowance, step).AsTask();
            _isSending = heedsRefusal && !sending.IsCompleted;
            while (_isSending && await Task.WhenAny(sending, words) != sending)
            {
                if (IsRefusal(words))
                {
                    HostInput.Abandon(sending);
                    return FlushEnd.Refused;
                }
                if (takeReply is null || !await TakeBesideAsync(sending, takeReply))
                    break;
                words = ReadAhead();
            }
            await sending;
            _isSending = false;
            return FlushEnd.Sent;
        }
        // A host that refuses and closes resets our write; its last words may still be there to read.
        catch (ConnectionLostException) when (words.IsCompletedSuccessfully)
        {
            return FlushEnd.Lost;
        }
    }

    static async ValueTask<bool> TakeBesideAsync(Task sending, Func<ValueTask<bool>> takeReply)
    {
        try
        {
            return await takeReply();
        }
        catch
        {
            HostInput.Abandon(sending);
            throw;
        }
    }

    /// <summary>
    /// What a step has left of its time: a deadline is the whole step's, so a host gains nothing by a little now and then.
    /// </summary>
    public Allowance Left(Allowance allowance, long since) => allowance.Less(_time.GetElapsedTime(since));

    /// <summary>What came, at least one octet; to be given back by <see cref="Advance"/>.</summary>
    public async ValueTask<ReadResult> ReadAsync(Allowance allowance, string step)
    {
        try
        {
            if (_input.TryRead(out var ready))
                return ready;
            // The deadline is that of the octets which are on their way out.
            if (_isSending)
                return await ReadBesideAsync(allowance);
            _end.CancelAfter(allowance.Time);
            var read = _input.Take(await ReadAhead().WaitAsync(_end.Token));
            _end.CancelAfter(Timeout.InfiniteTimeSpan);
            return read;
        }
        catch (Exception e) when (IsTransport(e))
        {
            throw Failure(e, allowance, step);
        }
    }

    async ValueTask<ReadResult> ReadBesideAsync(Allowance allowance)
    {
        using var limit = new CancellationTokenSource(allowance.Time, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token);
        return _input.Take(await ReadAhead().WaitAsync(either.Token));
    }

    /// <summary>Waits for the host to close after a farewell; one that goes on talking is not heard out.</summary>
    public async ValueTask ReadToEndAsync(Allowance allowance, string step)
    {
        var heard = 0L;
        while (await ReadAsync(allowance, step) is { IsCompleted: false } read && (heard += read.Buffer.Length) <= MostAfterFarewell)
            _input.TryAdvance(read, read.Buffer.End, needMore: false);
    }

    /// <summary>Gives back a read. Where nothing whole was in it and nothing more will come, the connection is lost.</summary>
    public void Advance(ReadResult read, SequencePosition consumed, bool needMore, string step)
    {
        if (_input.TryAdvance(read, consumed, needMore))
            return;
        Break($"{step}: the host closed the connection");
        throw new ConnectionLostException(BreakReason);
    }

    /// <summary>Puts TLS between; nothing said in clear may be left over (RFC 3207 section 4.2; CVE-2011-0411).</summary>
    public async Task UpgradeAsync(Func<Stream, Task<Stream>> handshake)
    {
        Debug.Assert(!_input.IsReadingAhead, "a pending clear-text read would eat the handshake");
        if (HasUnasked)
            throw Garbled("the host sent octets in clear after its go-ahead for TLS");
        _stream = await handshake(_stream);
        _input.Continue(_stream);
    }

    /// <summary>What came is not the protocol: the connection is of no more use.</summary>
    public HostUnavailableException Garbled(string reason)
    {
        _input.Forget();
        Break(reason);
        return new HostUnavailableException(reason);
    }

    /// <summary>Closes at once; the first reason stays.</summary>
    public void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref _breakReason, reason, null) is null)
            _stream.Dispose();
    }

    /// <summary>Releases the timer.</summary>
    public void Dispose()
    {
        Break("closed");
        _end.Dispose();
    }

    static bool IsRefusal(Task<ReadResult> words) =>
        words.IsCompletedSuccessfully && words.Result.Buffer is { IsEmpty: false, FirstSpan: [(byte)'4' or (byte)'5', ..] };

    static bool IsTransport(Exception e) => e is OperationCanceledException or IOException or SocketException or ObjectDisposedException;

    Exception Failure(Exception cause, Allowance allowance, string step)
    {
        _input.Forget();
        if (_caller.IsCancellationRequested)
        {
            Break($"{step}: cancelled");
            return new OperationCanceledException(_caller);
        }
        if (cause is OperationCanceledException)
        {
            Break($"{step}: nothing within {allowance.Setting}");
            return new HostUnavailableException(BreakReason, cause: cause);
        }
        Break($"{step}: {cause.Message}");
        return new ConnectionLostException(BreakReason, cause: cause);
    }
}

/// <summary>What became of octets that were to leave while a host may refuse them.</summary>
enum FlushEnd
{
    /// <summary>They have left.</summary>
    Sent,

    /// <summary>The host has refused and takes no more. Its refusal is there to be read, and after it the connection is of no more use.</summary>
    Refused,

    /// <summary>The host has closed, so that their end never left. Its last words are there to be read.</summary>
    Lost,
}
