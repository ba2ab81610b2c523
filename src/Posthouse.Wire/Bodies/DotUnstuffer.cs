using System.Buffers;

namespace Posthouse.Wire.Bodies;

/// <summary>
/// Reads a message body sent by DATA up to its one true end, CRLF dot CRLF, undoing dot-stuffing. Bare CR and LF are noticed, never
/// taken for a line end (SMTP smuggling, CVE-2023-51764). Safe under any cut of the same bytes.
/// </summary>
public struct DotUnstuffer
{
    /// <summary>A carriage return or a line feed stood alone somewhere.</summary>
    public bool SawBareControl { get; private set; }

    /// <summary>A NUL octet stood somewhere.</summary>
    public bool SawNul { get; private set; }

    /// <summary>
    /// Decodes from the front of <paramref name="buffer"/> into <paramref name="output"/>, advancing the buffer past what was used.
    /// </summary>
    /// <returns>True when the final dot line was consumed; the body's last CRLF belongs to the body.</returns>
    public bool Read(ref ReadOnlySequence<byte> buffer, IBufferWriter<byte> output) => throw new NotImplementedException();
}
