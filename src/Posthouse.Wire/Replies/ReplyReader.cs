using System.Buffers;

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
public sealed class ReplyReader
{
    /// <summary>Longest line in octets, CRLF included.</summary>
    public const int MaxLine = 2048;

    /// <summary>Most lines of one reply.</summary>
    public const int MaxLines = 128;

    /// <summary>Most octets of one reply.</summary>
    public const int MaxOctets = 65536;

    /// <summary>Takes what it can from the front of <paramref name="buffer"/>, keeping its place between calls.</summary>
    public ReplyStatus Read(ref ReadOnlySequence<byte> buffer, out Reply reply) => throw new NotImplementedException();
}
