using System.Buffers;

namespace Posthouse.Fuzz;

/// <summary>A promise of the grammar was broken.</summary>
public sealed class OracleException(string message) : Exception(message);

static class Oracle
{
    public static void Holds(bool isSo, string otherwise)
    {
        if (!isSo)
            throw new OracleException(otherwise);
    }

    /// <summary>The line without its CRLF, after making sure that it is the only one and free of controls.</summary>
    public static ReadOnlySpan<byte> OneLine(ArrayBufferWriter<byte> output)
    {
        var written = output.WrittenSpan;
        Holds(written.EndsWith("\r\n"u8), "no line end was written");
        Holds(written[..^2].IndexOfAnyInRange((byte)0, (byte)0x1F) < 0, "a control was written");
        return written[..^2];
    }
}
