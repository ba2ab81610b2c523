using System.Buffers;
using System.Security.Cryptography;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Replies;

/// <summary>What <see cref="ReplyReader.Read"/> made of the bytes so far.</summary>
public enum ReplyStatus
{
    /// <summary>A whole reply.</summary>
    Done,

    /// <summary>The reply has not ended yet.</summary>
    NeedMore,

    /// <summary>Not a reply: bad digits, mixed codes, a bare CR or LF, or past a bound. The connection is of no more use.</summary>
    Invalid,
}

/// <summary>
/// Reads a remote host's replies, line by line, bounded: 2 KiB a line, 128 lines, 64 KiB a reply. Safe under any cut of the
/// same bytes. Text is reduced to printable characters as it is read, so what leaves here can go into a log or a report.
/// </summary>
/// <remarks>
/// An enhanced code is cut off each line of a 2yz, 4yz or 5yz reply; the first one of the reply code's class counts, or else the first one, in that class.
/// </remarks>
public sealed class ReplyReader
{
    /// <summary>Longest line in octets, CRLF included.</summary>
    public const int MaxLine = 2048;

    /// <summary>Most lines of one reply.</summary>
    public const int MaxLines = 128;

    /// <summary>Most octets of one reply.</summary>
    public const int MaxOctets = 65536;

    List<string> _lines = [];
    int _code;
    EnhancedCode? _enhanced;
    bool _hasAgreed;
    long _octets;

    /// <summary>
    /// What came in place of a reply, in words and printable; null until <see cref="Read"/> has answered <see
    /// cref="ReplyStatus.Invalid"/>.
    /// </summary>
    public string? Fault { get; private set; }

    /// <summary>
    /// Whether the text of a reply with this code is taken; null: every one is. What is not taken never becomes a string, for replies that may
    /// repeat a secret: their lines are empty, and <see cref="Fault"/> quotes nothing.
    /// </summary>
    public Predicate<int>? TakesText { get; set; }

    /// <summary>Takes what it can from the front of <paramref name="buffer"/>, keeping its place between calls.</summary>
    /// <param name="buffer">Advanced past the lines taken; an unfinished line stays. Nothing behind a whole reply is touched.</param>
    /// <param name="reply">The reply when the answer is <see cref="ReplyStatus.Done"/>.</param>
    /// <returns>Once <see cref="ReplyStatus.Invalid"/>, always so.</returns>
    public ReplyStatus Read(ref ReadOnlySequence<byte> buffer, out Reply reply)
    {
        reply = null!;
        while (Fault is null)
        {
            var before = buffer.Length;
            var status = WireLine.TryRead(ref buffer, MaxLine, out var line);
            if (status == LineStatus.NeedMore)
                return ReplyStatus.NeedMore;
            _octets += before - buffer.Length;
            Fault = status switch
            {
                LineStatus.TooLong => $"a line of more than {MaxLine} octets",
                LineStatus.BareControl => "a line with a bare CR or LF",
                _ when _lines.Count == MaxLines => $"more than {MaxLines} lines",
                _ when _octets > MaxOctets => $"more than {MaxOctets} octets",
                _ => null,
            };
            if (Fault is not null)
                break;
            if (!TryTake(line, out var isLast))
                Fault = TakesText is null ? Excerpt.Of(line) : "a line that is none";
            else if (!isLast)
                continue;
            else
                return Finish(out reply);
        }

        return ReplyStatus.Invalid;
    }

    ReplyStatus Finish(out Reply reply)
    {
        reply = new Reply(_code, _enhanced, _lines);
        _lines = [];
        (_code, _enhanced, _hasAgreed, _octets) = (0, null, false, 0);
        return ReplyStatus.Done;
    }

    bool TryTake(in ReadOnlySequence<byte> line, out bool isLast)
    {
        if (line.IsSingleSegment)
            return TryTake(line.FirstSpan, out isLast);
        Span<byte> joined = stackalloc byte[MaxLine];
        line.CopyTo(joined);
        var isTaken = TryTake(joined[..(int)line.Length], out isLast);
        if (TakesText is not null)
            CryptographicOperations.ZeroMemory(joined);
        return isTaken;
    }

    // Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
    bool TryTake(ReadOnlySpan<byte> line, out bool isLast)
    {
        isLast = line.Length == 3 || (line.Length > 3 && line[3] == ' ');
        var goesOn = line.Length > 3 && line[3] == '-';
        if (!(isLast || goesOn) || line[0] is < (byte)'2' or > (byte)'5' || !Digits.TryParse(line[..3], 3, out var code)
            || (_lines.Count > 0 && code != _code))
            return false;

        _code = (int)code;
        var text = line.Length == 3 ? default : line[4..];
        if (_code / 100 != 3 && EnhancedCode.TryRead(text, out var enhanced, out var consumed))
        {
            text = text[Math.Min(consumed + 1, text.Length)..];
            Keep(enhanced);
        }
        else if (_code / 100 != 3 && EnhancedCode.TryReadAdorned(text, out var adorned))
            Keep(adorned);

        _lines.Add(TakesText?.Invoke(_code) == false ? "" : PrintableText.Decode(text));
        return true;
    }

    // The first one that agrees with the reply code counts; of those that do not, the code rules, and the rest is taken.
    void Keep(EnhancedCode code)
    {
        var agrees = code.Class == _code / 100;
        if (_enhanced is null || (agrees && !_hasAgreed))
            _enhanced = code with { Class = _code / 100 };
        _hasAgreed |= agrees;
    }
}
