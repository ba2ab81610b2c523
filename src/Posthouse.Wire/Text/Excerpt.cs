using System.Buffers;

namespace Posthouse.Wire.Text;

/// <summary>
/// The beginning of what a peer said in place of what was expected, in quotes and printable, for a message to an operator.
/// </summary>
public static class Excerpt
{
    /// <summary>Enough to see what speaks there.</summary>
    const int MaxOctets = 60;

    /// <summary>At most sixty octets of it; <c>…</c> stands for the rest.</summary>
    public static string Of(in ReadOnlySequence<byte> octets)
    {
        var head = octets.Slice(0, Math.Min(octets.Length, MaxOctets));
        return $"\"{PrintableText.Decode(head.IsSingleSegment ? head.FirstSpan : head.ToArray())}{(octets.Length > MaxOctets ? "…" : "")}\"";
    }
}
