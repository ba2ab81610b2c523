using System.Buffers;

namespace Posthouse.Wire.Bodies;

/// <summary>
/// Writes a message body for DATA (RFC 5321 section 4.5.2): a dot at the start of a line is doubled, state kept over any cut.
/// A bare CR or LF never leaves: the input must be CRLF text, anything else makes <see cref="Write"/> answer false.
/// </summary>
public struct DotStuffer
{
    /// <summary>Writes one piece. False: the body holds a bare CR or LF and must not go on.</summary>
    public bool Write(ReadOnlySpan<byte> body, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Writes the missing CRLF, if any, and the final dot line.</summary>
    public void Finish(IBufferWriter<byte> output) => throw new NotImplementedException();
}
