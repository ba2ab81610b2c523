using System.Buffers;

namespace Posthouse.Wire.Bodies;

/// <summary>
/// Writes a message body for DATA (RFC 5321 section 4.5.2): a dot at the start of a line is doubled, state kept over any cut.
/// A bare CR or LF never leaves: the input must be CRLF text, anything else makes <see cref="Write"/> answer false.
/// </summary>
public struct DotStuffer
{
    enum Place : byte
    {
        /// <summary>After CRLF, or before the first octet.</summary>
        LineStart,

        /// <summary>Within a line.</summary>
        Text,

        /// <summary>After a CR that is held back until its LF is seen.</summary>
        CarriageReturn,

        /// <summary>A bare control came: the body must not be ended, so that the host never takes it for whole.</summary>
        Broken,
    }

    Place _place;

    /// <summary>Writes one piece. False: the body holds a bare CR or LF and must not go on.</summary>
    /// <remarks>Nothing bare has been written by then, and nothing will be; the connection must close.</remarks>
    public bool Write(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_place == Place.Broken)
            return false;
        if (body.IsEmpty)
            return true;

        // Octets to copy gather in body[run..at].
        int run = 0, at = 0;
        if (_place == Place.CarriageReturn)
        {
            if (body[0] != '\n')
                return Break();
            output.Write("\r\n"u8);
            run = at = 1;
            _place = Place.LineStart;
        }

        while (at < body.Length)
        {
            if (_place == Place.LineStart && body[at] == '.')
            {
                // The dot opens the next run, so writing it here as well doubles it.
                output.Write(body[run..at]);
                output.Write("."u8);
                run = at;
            }

            _place = Place.Text;
            var control = body[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (control < 0)
                break;
            at += control;
            if (body[at] == '\n')
                return Break();
            if (at + 1 == body.Length)
            {
                output.Write(body[run..at]);
                _place = Place.CarriageReturn;
                return true;
            }

            if (body[at + 1] != '\n')
                return Break();
            at += 2;
            _place = Place.LineStart;
        }

        output.Write(body[run..]);
        return true;
    }

    /// <summary>Writes the missing CRLF, if any, and the final dot line.</summary>
    /// <exception cref="InvalidOperationException">A <see cref="Write"/> answered false: ending the body would pass a part for the whole.</exception>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_place == Place.Broken)
            throw new InvalidOperationException("a body with a bare CR or LF cannot be ended");
        // A CR still held back becomes the missing CRLF.
        output.Write(_place == Place.LineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        _place = Place.LineStart;
    }

    bool Break()
    {
        _place = Place.Broken;
        return false;
    }
}
