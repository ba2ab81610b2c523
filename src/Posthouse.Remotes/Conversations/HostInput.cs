using System.Buffers;
using System.IO.Pipelines;
using Posthouse.Wire.Secrets;

namespace Posthouse.Remotes.Conversations;

/// <summary>
/// What comes in on one connection. One read may be pending while nobody waits for it, so that what comes unasked is noticed; what was read is lent to
/// whoever parses it, and wiped as it is given back where it may repeat a secret.
/// </summary>
sealed class HostInput(Stream stream)
{
    PipeReader _reader = PipeReader.Create(stream);
    Task<ReadResult>? _ahead;

    // What was read and not taken, which stays in the reader.
    ReadOnlySequence<byte> _lent;

    /// <summary>Whether what comes may repeat a secret.</summary>
    public bool MayHoldSecret { get; set; }

    public bool IsReadingAhead => _ahead is not null;

    /// <summary>Whether octets are at hand, or the host has closed.</summary>
    public bool HasCome
    {
        get
        {
            if (_ahead is not null)
                return _ahead.IsCompleted;
            if (!_reader.TryRead(out var read))
                return false;
            _reader.AdvanceTo(read.Buffer.Start);
            return true;
        }
    }

    /// <summary>The one pending read; begun if there is none.</summary>
    public Task<ReadResult> ReadAhead()
    {
        if (_ahead is null)
        {
            _ahead = _reader.ReadAsync(CancellationToken.None).AsTask();
            Abandon(_ahead);
        }
        return _ahead;
    }

    /// <summary>Whether a read needs no waiting.</summary>
    public bool TryRead(out ReadResult read)
    {
        if (_ahead is not null || !_reader.TryRead(out read))
        {
            read = default;
            return false;
        }
        _lent = read.Buffer;
        return true;
    }

    /// <summary>Takes what the pending read has brought, at least one octet or the end; to be given back.</summary>
    public ReadResult Take(ReadResult ahead)
    {
        _ahead = null;
        _lent = ahead.Buffer;
        return ahead;
    }

    /// <summary>Gives back a read.</summary>
    /// <returns>False: more was needed, and none will come.</returns>
    public bool TryAdvance(ReadResult read, SequencePosition consumed, bool needMore)
    {
        var isOver = needMore && read.IsCompleted;
        if (MayHoldSecret)
            Wipe.Octets(isOver ? read.Buffer : read.Buffer.Slice(0, consumed));
        // What is taken whole goes back to the reader's pool.
        var left = read.Buffer.Slice(consumed);
        _lent = needMore && !left.IsEmpty ? left : default;
        _reader.AdvanceTo(consumed, needMore ? read.Buffer.End : consumed);
        return !isOver;
    }

    /// <summary>Wipes what nobody will take any more.</summary>
    public void Forget()
    {
        if (MayHoldSecret)
            Wipe.Octets(_lent);
    }

    /// <summary>Goes on within another stream, where nothing of this one is left over.</summary>
    public void Continue(Stream within) => _reader = PipeReader.Create(within);

    /// <summary>A break ends it with an error that nobody may be left to look at.</summary>
    public static void Abandon(Task task) => task.ContinueWith(static ended => ended.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
