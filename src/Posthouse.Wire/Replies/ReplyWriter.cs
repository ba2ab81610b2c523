using System.Buffers;

namespace Posthouse.Wire.Replies;

/// <summary>Writes replies to a client: <c>Reply-line</c> of RFC 5321 section 4.2, enhanced code on each line.</summary>
public static class ReplyWriter
{
    /// <summary>
    /// Writes the reply. Text is cut to what fits 512 octets a line, and any octet that is not printable US-ASCII
    /// (UTF-8 where <paramref name="utf8"/>) becomes <c>?</c>, so that no text can forge a second reply.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, Reply reply, bool utf8 = false) => throw new NotImplementedException();
}
