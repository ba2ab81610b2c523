using System.Buffers;

namespace Posthouse.Wire.Text;

/// <summary>What <see cref="WireLine.TryRead"/> found at the front of a buffer.</summary>
public enum LineStatus
{
    /// <summary>A whole line, CRLF cut off.</summary>
    Complete,

    /// <summary>No line end yet, and still within the limit.</summary>
    NeedMore,

    /// <summary>The line passed the limit before its CRLF.</summary>
    TooLong,

    /// <summary>A line feed without a carriage return, or a carriage return without a line feed, came first.</summary>
    BareControl,
}

/// <summary>Cuts CRLF-terminated lines (RFC 5321 section 2.3.8) from a buffer; only CRLF ends a line.</summary>
public static class WireLine
{
    /// <summary>Takes one line off the front of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">
    /// Advanced past the line and its CRLF when the answer is <see cref="LineStatus.Complete"/>; past the bare LF when it is <see
    /// cref="LineStatus.BareControl"/>; else untouched.
    /// </param>
    /// <param name="limit">Longest line in octets, CRLF included.</param>
    /// <param name="line">The line without CRLF; borrows from the buffer.</param>
    /// <remarks>A bare CR is reported when the next LF has come, so that what follows the CR can never run as a line of its own.</remarks>
    public static LineStatus TryRead(ref ReadOnlySequence<byte> buffer, int limit, out ReadOnlySequence<byte> line)
    {
        line = default;
        // Only the window within the limit is looked at: whatever lies behind it cannot change the answer, however the bytes were cut.
        var window = buffer.Length > limit ? buffer.Slice(0, limit) : buffer;
        if (window.PositionOf((byte)'\n') is not { } lineFeed)
            return window.Length >= limit ? LineStatus.TooLong : LineStatus.NeedMore;

        var text = window.Slice(0, lineFeed);
        buffer = buffer.Slice(buffer.GetPosition(1, lineFeed));
        if (text.IsEmpty || text.PositionOf((byte)'\r') is not { } carriageReturn
            || text.Slice(carriageReturn).Length != 1)
            return LineStatus.BareControl;
        line = text.Slice(0, carriageReturn);
        return LineStatus.Complete;
    }
}
