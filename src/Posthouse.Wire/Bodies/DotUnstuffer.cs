using System.Buffers;

namespace Posthouse.Wire.Bodies;

/// <summary>
/// Reads a message body sent by DATA up to its one true end, CRLF dot CRLF, undoing dot-stuffing. Bare CR and LF are noticed, never
/// taken for a line end (SMTP smuggling, CVE-2023-51764). Safe under any cut of the same bytes.
/// </summary>
public struct DotUnstuffer
{
    enum Place : byte
    {
        /// <summary>After CRLF, or before the first octet: the line end before the body is that of the DATA command.</summary>
        LineStart,

        /// <summary>Within a line.</summary>
        Text,

        /// <summary>After a CR within a line, already copied.</summary>
        CarriageReturn,

        /// <summary>After a dot at the start of a line, not copied: it is stuffing or the end.</summary>
        Dot,

        /// <summary>After such a dot and a CR, neither copied.</summary>
        DotCarriageReturn,
    }

    Place _place;

    /// <summary>A carriage return or a line feed stood alone somewhere.</summary>
    public bool SawBareControl { get; private set; }

    /// <summary>A NUL octet stood somewhere.</summary>
    public bool SawNul { get; private set; }

    /// <summary>
    /// Decodes from the front of <paramref name="buffer"/> into <paramref name="output"/>, advancing the buffer past what was used.
    /// </summary>
    /// <returns>True when the final dot line was consumed; the body's last CRLF belongs to the body.</returns>
    /// <remarks>Start anew with a default value for the next body.</remarks>
    public bool Read(ref ReadOnlySequence<byte> buffer, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        long used = 0;
        foreach (var memory in buffer)
        {
            var piece = memory.Span;
            var read = Read(piece, output, out var isEnd);
            SawNul |= piece[..read].Contains((byte)0);
            used += read;
            if (!isEnd)
                continue;
            buffer = buffer.Slice(used);
            return true;
        }

        buffer = buffer.Slice(buffer.End);
        return false;
    }

    // Octets to copy gather in piece[run..at], over as many lines as nothing has to be left out of.
    int Read(ReadOnlySpan<byte> piece, IBufferWriter<byte> output, out bool isEnd)
    {
        int run = 0, at = 0;
        while (at < piece.Length)
        {
            var octet = piece[at];
            switch (_place)
            {
                case Place.LineStart when octet == '.':
                    output.Write(piece[run..at]);
                    run = ++at;
                    _place = Place.Dot;
                    break;
                case Place.Dot when octet == '\r':
                    run = ++at;
                    _place = Place.DotCarriageReturn;
                    break;
                case Place.DotCarriageReturn when octet == '\n':
                    isEnd = true;
                    return at + 1;
                case Place.DotCarriageReturn:
                    output.Write("\r"u8);
                    SawBareControl = true;
                    _place = Place.Text;
                    break;
                case Place.CarriageReturn when octet == '\n':
                    at++;
                    _place = Place.LineStart;
                    break;
                case Place.CarriageReturn:
                    SawBareControl = true;
                    _place = Place.Text;
                    break;
                default: // LineStart and Dot before any other octet, and Text
                    _place = Place.Text;
                    at = SkipText(piece, at);
                    break;
            }
        }

        output.Write(piece[run..]);
        isEnd = false;
        return piece.Length;
    }

    // Up to and with the next CR or LF; whole lines in the middle of a piece are passed over here, without leaving the loop.
    int SkipText(ReadOnlySpan<byte> piece, int at)
    {
        while (true)
        {
            var control = piece[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (control < 0)
                return piece.Length;
            at += control + 1;
            if (piece[at - 1] == '\n')
            {
                SawBareControl = true;
                continue;
            }

            if (at + 1 >= piece.Length || piece[at] != '\n' || piece[at + 1] == '.')
            {
                _place = Place.CarriageReturn;
                return at;
            }

            at++;
        }
    }
}
