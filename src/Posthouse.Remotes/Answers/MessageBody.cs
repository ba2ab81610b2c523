using System.Runtime.CompilerServices;

namespace Posthouse.Remotes.Answers;

/// <summary>Message bodies that need no type of one's own.</summary>
public static class MessageBody
{
    const int Piece = 256 * 1024;

    /// <summary>A body in memory.</summary>
    /// <param name="octets">A whole message, header first, in CRLF lines and without dot-stuffing. Borrowed: it must not change until the relay is
    /// over.</param>
    /// <exception cref="ArgumentException">A CR or an LF stands alone, which hosts take for a line end each in a way of its own.</exception>
    public static IMessageBody FromMemory(ReadOnlyMemory<byte> octets)
    {
        var rest = octets.Span;
        for (int at; (at = rest.IndexOfAny((byte)'\r', (byte)'\n')) >= 0; rest = rest[(at + 2)..])
        {
            if (!rest[at..].StartsWith("\r\n"u8))
                throw new ArgumentException("The message has a CR or an LF that is no part of a CRLF.", nameof(octets));
        }
        return new MemoryBody(octets);
    }

    sealed class MemoryBody(ReadOnlyMemory<byte> octets) : IMessageBody
    {
        public long Length => octets.Length;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var rest = octets; !rest.IsEmpty;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var piece = rest[..Math.Min(rest.Length, Piece)];
                rest = rest[piece.Length..];
                // Nothing here ever waits.
                await ValueTask.CompletedTask;
                yield return piece;
            }
        }
    }
}
