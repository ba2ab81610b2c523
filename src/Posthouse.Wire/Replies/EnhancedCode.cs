using System.Diagnostics.CodeAnalysis;

namespace Posthouse.Wire.Replies;

/// <summary>An enhanced status code, <c>class.subject.detail</c> (RFC 3463 section 2).</summary>
/// <param name="Class">2, 4 or 5.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedCode(int Class, int Subject, int Detail)
{
    /// <summary>Reads a code at the front of <paramref name="text"/>; it must end there or before a blank.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out EnhancedCode code, out int consumed) => throw new NotImplementedException();

    /// <inheritdoc/>
    [SuppressMessage("Globalization", "CA1305", Justification = "Integers in an interpolated string: the culture is invariant.")]
    public override string ToString() => $"{Class}.{Subject}.{Detail}";
}
