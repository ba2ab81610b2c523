using System.Text;

namespace Posthouse.Gateway.Sessions.Body;

/// <summary>
/// Looks over a message's header section as it streams by: counts <c>Received</c> (RFC 5321 section 6.3) and notices what is there.
/// Keeps sixteen octets of a line, so a header of any size costs no memory. Safe under any cut of the same octets.
/// </summary>
/// <param name="hostName">Our own name, which stands in what we put above a message.</param>
struct HeaderScan(string hostName)
{
    OwnTrace _own = new(hostName);
    LineStart _start;
    long _lineLength;

    [System.Runtime.CompilerServices.InlineArray(Size)]
    struct LineStart
    {
        public const int Size = 16;
        byte _first;
    }

    /// <summary>Whether the empty line behind the header section has come.</summary>
    public bool HasEnded { get; private set; }
    public int Received { get; private set; }

    /// <summary>How many of them are our own: the message was here before.</summary>
    public readonly int Own => _own.Seen;
    public bool HasDate { get; private set; }
    public bool HasMessageId { get; private set; }

    public void Feed(ReadOnlySpan<byte> octets)
    {
        while (!HasEnded && !octets.IsEmpty)
        {
            var lineFeed = octets.IndexOf((byte)'\n');
            var part = lineFeed < 0 ? octets : octets[..(lineFeed + 1)];
            if (_lineLength < LineStart.Size)
            {
                var kept = part[..Math.Min(part.Length, LineStart.Size - (int)_lineLength)];
                kept.CopyTo(((Span<byte>)_start)[(int)_lineLength..]);
            }

            if (_lineLength == 0)
                _own.BeginLine(part[0]);
            _own.Feed(part);
            _lineLength += part.Length;
            octets = octets[part.Length..];
            if (lineFeed >= 0)
                EndLine();
        }
    }

    void EndLine()
    {
        ReadOnlySpan<byte> line = ((ReadOnlySpan<byte>)_start)[..(int)Math.Min(_lineLength, LineStart.Size)];
        HasEnded = line.SequenceEqual("\r\n"u8);
        _lineLength = 0;
        if (line.IndexOf((byte)':') is not (> 0 and var colon))
            return;
        var name = line[..colon].TrimEnd((byte)' ');
        if (Ascii.EqualsIgnoreCase(name, "Received"))
        {
            Received++;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Date"))
            HasDate = true;
        else if (Ascii.EqualsIgnoreCase(name, "Message-ID"))
            HasMessageId = true;
    }
}
