using System.Buffers;
using System.Text;

namespace Posthouse.Tests.Wire;

/// <summary>The same bytes, arriving in other pieces.</summary>
static class Cuts
{
    /// <summary>Octets from text where each character stands for one octet, so <c>\u00ff</c> is 0xFF.</summary>
    public static byte[] Octets(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);

    /// <summary>Whole, octet by octet, and in two at every offset, with empty pieces about, as a sequence may have them.</summary>
    public static IEnumerable<byte[][]> Of(byte[] octets)
    {
        yield return [octets];
        yield return [.. octets.Select(octet => new[] { octet })];
        for (var at = 1; at < octets.Length; at++)
            yield return [[], octets[..at], [], octets[at..], []];
    }

    /// <summary>One sequence with a segment for each piece, as a pipe would hold them.</summary>
    public static ReadOnlySequence<byte> Sequence(params IEnumerable<byte[]> pieces)
    {
        Segment? first = null, last = null;
        foreach (var piece in pieces)
        {
            last = new Segment(piece, last);
            first ??= last;
        }

        return first is null ? default : new(first, 0, last!, last!.Memory.Length);
    }

    sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] piece, Segment? before)
        {
            Memory = piece;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
