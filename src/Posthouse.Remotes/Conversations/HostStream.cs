using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Secrets;

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
    Stream _stream;
    PipeReader _reader;
    Task<ReadResult>? _readAhead;
    ReadOnlySequence<byte> _lent;
    CancellationToken _caller;
    CancellationTokenRegistration _callerRegistration;
    string? _breakReason;

    public HostStream(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _time = time;
        _reader = PipeReader.Create(stream);
        _end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>When a step of several reads began, for <see cref="Left"/>.</summary>
    public long Timestamp => _time.GetTimestamp();

    /// <summary>What the next flush sends.</summary>
    public ArrayBufferWriter<byte> Output { get; } = new(1024);

    public bool IsBroken => Volatile.Read(ref _breakReason) is not null || _end.IsCancellationRequested;

    public string BreakReason => Volatile.Read(ref _breakReason) ?? "a deadline passed";

    /// <summary>Whether octets that no command called for are at hand, or the host has closed.</summary>
    public bool HasUnasked
    {
        get
        {
            if (_readAhead is not null)
                return _readAhead.IsCompleted;
            if (!_reader.TryRead(out var read))
                return false;
            _reader.AdvanceTo(read.Buffer.Start);
            return true;
        }
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
    public Task<ReadResult> ReadAhead()
    {
        if (_readAhead is null)
        {
            _readAhead = _reader.ReadAsync(CancellationToken.None).AsTask();
            Abandon(_readAhead);
        }
        return _readAhead;
    }

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
    /// <returns>False: the host's words are there to be read, and after them the connection is of no more use.</returns>
    public async ValueTask<bool> TryFlushAsync(Allowance allowance, string step, bool heedsRefusal)
    {
        var words = ReadAhead();
        try
        {
            var sending = FlushAsync(allowance, step).AsTask();
            if (!sending.IsCompleted && heedsRefusal)
                await Task.WhenAny(sending, words);
            if (!sending.IsCompleted && heedsRefusal && IsRefusal(words))
            {
                Abandon(sending);
                return false;
            }
            await sending;
            return true;
        }
        // A host that refuses and closes resets our write; its last words may still be there to read.
        catch (ConnectionLostException) when (words.IsCompletedSuccessfully)
        {
            return false;
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
            if (_readAhead is null && _reader.TryRead(out var ready))
                return Lend(ready);
            _end.CancelAfter(allowance.Time);
            var pending = ReadAhead();
            var read = await pending.WaitAsync(_end.Token);
            _readAhead = null;
            _end.CancelAfter(Timeout.InfiniteTimeSpan);
            return Lend(read);
        }
        catch (Exception e) when (IsTransport(e))
        {
            throw Failure(e, allowance, step);
        }
    }

    /// <summary>Waits for the host to close after a farewell; one that goes on talking is not heard out.</summary>
    public async ValueTask ReadToEndAsync(Allowance allowance, string step)
    {
        var heard = 0L;
        while (await ReadAsync(allowance, step) is { IsCompleted: false } read && (heard += read.Buffer.Length) <= MostAfterFarewell)
            _reader.AdvanceTo(read.Buffer.End);
    }

    /// <summary>Whether what comes may repeat a secret, so that it is wiped once it was read.</summary>
    public bool MayHoldSecret { get; set; }

    /// <summary>Gives back a read. Where nothing whole was in it and nothing more will come, the connection is lost.</summary>
    public void Advance(ReadResult read, SequencePosition consumed, bool needMore, string step)
    {
        _lent = default;
        if (MayHoldSecret)
            Wipe.Octets(read.Buffer.Slice(0, consumed));
        _reader.AdvanceTo(consumed, needMore ? read.Buffer.End : consumed);
        if (!needMore || !read.IsCompleted)
            return;
        Break($"{step}: the host closed the connection");
        throw new ConnectionLostException(BreakReason);
    }

    /// <summary>Puts TLS between; nothing said in clear may be left over (RFC 3207 section 4.2; CVE-2011-0411).</summary>
    public async Task UpgradeAsync(Func<Stream, Task<Stream>> handshake)
    {
        Debug.Assert(_readAhead is null, "a pending clear-text read would eat the handshake");
        if (HasUnasked)
            throw Garbled("the host sent octets in clear after its go-ahead for TLS");
        _stream = await handshake(_stream);
        _reader = PipeReader.Create(_stream);
    }

    /// <summary>What came is not the protocol: the connection is of no more use.</summary>
    public HostUnavailableException Garbled(string reason)
    {
        if (MayHoldSecret)
            Wipe.Octets(_lent);
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

    ReadResult Lend(ReadResult read)
    {
        _lent = read.Buffer;
        return read;
    }

    static bool IsRefusal(Task<ReadResult> words) =>
        words.IsCompletedSuccessfully && words.Result.Buffer is { IsEmpty: false, FirstSpan: [(byte)'4' or (byte)'5', ..] };

    /// <summary>A break ends it with an error that nobody may be left to look at.</summary>
    static void Abandon(Task task) => task.ContinueWith(static ended => ended.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    static bool IsTransport(Exception e) => e is OperationCanceledException or IOException or SocketException or ObjectDisposedException;

    Exception Failure(Exception cause, Allowance allowance, string step)
    {
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
