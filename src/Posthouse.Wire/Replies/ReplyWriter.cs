using System.Buffers;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Replies;

/// <summary>Writes replies to a client: <c>Reply-line</c> of RFC 5321 section 4.2, enhanced code on each line.</summary>
public static class ReplyWriter
{
    /// <summary>Longest line in octets, CRLF included (RFC 5321 section 4.5.3.1.5).</summary>
    const int MaxLine = 512;

    /// <summary>
    /// Writes the reply. Text is cut to what fits 512 octets a line, and any octet that is not printable US-ASCII
    /// (UTF-8 where <paramref name="utf8"/>) becomes <c>?</c>, so that no text can forge a second reply.
    /// </summary>
    /// <exception cref="ArgumentException">The code is not within 200 to 599, or the enhanced code's class is not the code's.</exception>
    public static void Write(IBufferWriter<byte> output, Reply reply, bool utf8 = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Code is < 200 or > 599)
            throw new ArgumentException("a reply's code is within 200 to 599", nameof(reply));
        if (reply.Enhanced is { } enhanced
            && (enhanced.Class != reply.Code / 100 || enhanced.Subject is < 0 or > 999 || enhanced.Detail is < 0 or > 999))
            throw new ArgumentException("an enhanced code has the class of its reply and parts of 0 to 999", nameof(reply));

        if (reply.Lines.Count == 0)
            WriteLine(output, reply, "", isLast: true, utf8);
        for (var i = 0; i < reply.Lines.Count; i++)
            WriteLine(output, reply, reply.Lines[i], isLast: i == reply.Lines.Count - 1, utf8);
    }

    static void WriteLine(IBufferWriter<byte> output, Reply reply, string text, bool isLast, bool utf8)
    {
        var line = output.GetSpan(MaxLine)[..MaxLine];
        var at = WriteNumber(line, reply.Code);
        line[at++] = (byte)(isLast ? ' ' : '-');
        if (reply.Enhanced is { } enhanced)
        {
            at += WriteNumber(line[at..], enhanced.Class);
            line[at++] = (byte)'.';
            at += WriteNumber(line[at..], enhanced.Subject);
            line[at++] = (byte)'.';
            at += WriteNumber(line[at..], enhanced.Detail);
            if (text.Length > 0)
                line[at++] = (byte)' ';
        }

        at += PrintableText.Encode(text, utf8, line[at..^2]);
        line[at++] = (byte)'\r';
        line[at++] = (byte)'\n';
        output.Advance(at);
    }

    static int WriteNumber(Span<byte> output, int number)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(number, output, out var written);
        return written;
    }
}
