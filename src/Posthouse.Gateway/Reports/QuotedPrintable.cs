using System.Buffers;

namespace Posthouse.Gateway.Reports;

/// <summary>The quoted-printable encoding of text in CRLF lines (RFC 2045 section 6.7), which any host carries unchanged.</summary>
static class QuotedPrintable
{
    const int MaxLine = 76;

    internal static void Encode(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf("\r\n"u8);
            EncodeLine(end < 0 ? text : text[..end], output);
            output.Write("\r\n"u8);
            text = end < 0 ? default : text[(end + 2)..];
        }
    }

    static void EncodeLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var octet = line[i];
            var isLast = i == line.Length - 1;
            var isPlain = octet is >= 0x21 and <= 0x7E and not (byte)'=' || (octet is (byte)' ' or (byte)'\t' && !isLast);
            var width = isPlain ? 1 : 3;
            // One column stays for the soft line break.
            if (column + width > (isLast ? MaxLine : MaxLine - 1))
            {
                output.Write("=\r\n"u8);
                column = 0;
            }
            column += width;
            if (isPlain)
                output.Write([octet]);
            else
                output.Write([(byte)'=', Hex(octet >> 4), Hex(octet & 15)]);
        }
    }

    static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}
