using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>The client's end of a connection to a <see cref="PlayedHost"/>.</summary>
sealed class PlayedLine(string[] script, Arrival arrival, Action<bool>? stalled) : Stream
{
    readonly Lock _gate = new();
    readonly List<byte> _said = [];
    readonly StringBuilder _unheard = new();
    readonly List<string> _heard = [];
    readonly PlayedLogin _login = new();
    readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    (TaskCompletionSource<int> Read, Memory<byte> Buffer)? _reader;
    int _step;
    int _read;
    bool _hasEnded;
    bool _isReset;
    bool _isDeaf;
    bool _stallsOnRead;

    /// <summary>The lines heard, bodies left out.</summary>
    public IReadOnlyList<string> Heard => _heard;

    /// <summary>The first line that the script does not know, or null.</summary>
    public string? Unexpected { get; private set; }

    /// <summary>What the script has left to do, or null.</summary>
    public string? Unplayed => _step < script.Length && script[_step] != "IGNORE" ? script[_step] : null;

    public int Said => _said.Count;

    /// <summary>Octets that the client has taken.</summary>
    public int Taken => _read;

    /// <summary>Octets said at each <c>DECIDED</c> of the script that was reached.</summary>
    public List<int> Decided { get; } = [];

    /// <summary>The octets of all chunks that were heard whole.</summary>
    public StringBuilder Chunks { get; } = new();

    /// <summary>A body came, with its dot or its last chunk.</summary>
    public bool HasHeardDot { get; private set; }

    /// <summary>The client has seen the end of the line.</summary>
    public bool IsClosed => _disposed.Task.IsCompleted;

    /// <summary>What the client did to it: <c>kept</c>, <c>quit</c> or <c>cut</c>.</summary>
    public string Fate => !IsClosed ? "kept" : _heard is [.., var last] && IsFarewell(last) ? "quit" : "cut";

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Says what comes before the client's first word.</summary>
    public void Open() => Play("");

    /// <summary>Says something more after a stall.</summary>
    public void Speak(string text)
    {
        lock (_gate)
            Say(text);
        Play("");
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = new TaskCompletionSource<int>();
        lock (_gate)
        {
            if (TryTake(buffer, out var count))
                return ValueTask.FromResult(count);
            _reader = (read, buffer);
        }
        if (_stallsOnRead)
            stalled?.Invoke(false);
        return new ValueTask<int>(read.Task.WaitAsync(cancellationToken));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isDeaf)
        {
            Play("");
            stalled?.Invoke(false);
            await _disposed.Task.WaitAsync(cancellationToken);
        }
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (_isReset || (arrival.IsReset && _read >= arrival.Cut))
            throw new IOException("reset by the host");
        Play(Encoding.Latin1.GetString(buffer.Span));
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        TaskCompletionSource<int>? read;
        lock (_gate)
        {
            _disposed.TrySetResult();
            read = _reader?.Read;
            _reader = null;
        }
        read?.TrySetException(new ObjectDisposedException(nameof(PlayedLine)));
        base.Dispose(disposing);
    }

    bool TryTake(Memory<byte> buffer, out int count)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        count = Math.Min(arrival.Take(_read, _said.Count), buffer.Length);
        var isOver = count <= 0 && (_read >= arrival.Cut || _hasEnded);
        if (isOver && (_isReset || (arrival.IsReset && _read >= arrival.Cut)))
            throw new IOException("reset by the host");
        if (count <= 0)
            return isOver;
        CollectionsMarshal.AsSpan(_said).Slice(_read, count).CopyTo(buffer.Span);
        _read += count;
        return true;
    }

    void Play(string words)
    {
        TaskCompletionSource<int>? served = null;
        var isStalled = false;
        var count = 0;
        Exception? failure = null;
        lock (_gate)
        {
            _unheard.Append(words);
            while (PlayStep(ref isStalled))
            {
            }
            try
            {
                if (_reader is var (read, buffer) && TryTake(buffer, out count))
                    (served, _reader) = (read, null);
            }
            catch (IOException e)
            {
                (served, failure, _reader) = (_reader!.Value.Read, e, null);
            }
        }
        // A read that is pending since before the command has its deadline set after it; one that is still to come, before it begins.
        if (isStalled && _reader is not null)
            stalled?.Invoke(true);
        else
            _stallsOnRead |= isStalled;
        // This runs the client's code, which may write again.
        if (failure is not null)
            served!.TrySetException(failure);
        else
            served?.TrySetResult(count);
    }

    /// <summary>False: nothing is to be done before the client says more.</summary>
    bool PlayStep(ref bool isStalled)
    {
        var step = _step < script.Length ? script[_step] : "";
        switch (step)
        {
            case "FIN" or "RST":
                (_hasEnded, _isReset) = (true, step == "RST");
                break;
            case "STALL":
                isStalled = true;
                break;
            case "DEAF" when !_isDeaf:
                _isDeaf = true;
                return false;
            case "DEAF":
                break;
            case "IGNORE":
                _unheard.Clear();
                return false;
            case "ANY" when _unheard.Length == 0:
                return false;
            case "ANY":
                _unheard.Clear();
                break;
            case "DECIDED":
                Decided.Add(_said.Count);
                break;
            case ['S' or 'R', ':', ' ', .. var text]:
                Say(step[0] == 'S' ? text + "\r\n" : text);
                break;
            default:
                return TryHear(step);
        }
        _step++;
        return true;
    }

    bool TryHear(string step)
    {
        var text = _unheard.ToString();
        var end = text.IndexOf("\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        var line = text[..end];
        if (line.StartsWith("BDAT ", StringComparison.Ordinal))
            return TryHearChunk(step, line, end + 2);
        _unheard.Remove(0, end + 2);
        if (step == "BODY")
        {
            HasHeardDot = line == ".";
            _step += HasHeardDot ? 1 : 0;
            return true;
        }
        _heard.Add(line);
        _login.Hear(line);
        if (step.Length > 0 && line.StartsWith(step["C: ".Length..], StringComparison.OrdinalIgnoreCase))
            _step++;
        else if (step.Length == 0 && IsFarewell(line) && Unexpected is null)
            SayFarewell(line);
        else
            Unexpected ??= line;
        return true;
    }

    bool TryHearChunk(string step, string line, int length)
    {
        length += int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        if (_unheard.Length < length)
            return false;
        Chunks.Append(_unheard, line.Length + 2, length - line.Length - 2);
        _unheard.Remove(0, length);
        _heard.Add(line);
        HasHeardDot |= line.EndsWith(" LAST", StringComparison.Ordinal);
        if (step.Length > 0 && line.StartsWith(step["C: ".Length..], StringComparison.Ordinal))
            _step++;
        else
            Unexpected ??= line;
        return true;
    }

    void SayFarewell(string line)
    {
        if (!_hasEnded)
            Say(line == "QUIT" ? "221 bye\r\n" : "* BYE bye\r\n{tag} OK bye\r\n");
        _hasEnded = true;
    }

    void Say(string text)
    {
        if (text.Contains("{tag}", StringComparison.Ordinal))
            text = text.Replace("{tag}", _heard.FindLast(line => line.Contains(' ', StringComparison.Ordinal))!.Split(' ')[0], StringComparison.Ordinal);
        if (text.Contains("{sasl}", StringComparison.Ordinal))
            text = text.Replace("{sasl}", _login.Challenge, StringComparison.Ordinal);
        _said.AddRange(Encoding.Latin1.GetBytes(text));
    }

    static bool IsFarewell(string line) => line == "QUIT" || line.EndsWith(" LOGOUT", StringComparison.Ordinal);
}
