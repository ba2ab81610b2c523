using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Replies;

/// <summary>An enhanced status code, <c>class.subject.detail</c> (RFC 3463 section 2).</summary>
/// <param name="Class">2, 4 or 5.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedCode(int Class, int Subject, int Detail)
{
    static readonly SearchValues<byte> AfterAdorned = SearchValues.Create(" :;,)]>"u8);

    /// <summary>Reads a code at the front of <paramref name="text"/>; it must end there or before a blank.</summary>
    /// <param name="text">The text of a reply line.</param>
    /// <param name="code">The code.</param>
    /// <param name="consumed">Octets of the code, the blank not counted.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out EnhancedCode code, out int consumed)
    {
        code = default;
        consumed = 0;
        if (text.Length < 5 || text[0] is not ((byte)'2' or (byte)'4' or (byte)'5') || text[1] != '.')
            return false;
        var end = text.IndexOf((byte)' ');
        var rest = (end < 0 ? text : text[..end])[2..];
        var dot = rest.IndexOf((byte)'.');
        if (dot < 0 || !TryReadPart(rest[..dot], out var subject) || !TryReadPart(rest[(dot + 1)..], out var detail))
            return false;
        code = new EnhancedCode(text[0] - '0', subject, detail);
        consumed = rest.Length + 2;
        return true;
    }

    /// <summary>
    /// Reads a code as some hosts write it against RFC 2034: behind <c>#</c> or in brackets, or before a colon. Without this a refusal for any reason would
    /// look like one that gives none.
    /// </summary>
    public static bool TryReadAdorned(ReadOnlySpan<byte> text, out EnhancedCode code)
    {
        text = text.TrimStart("#([<"u8);
        var end = text.IndexOfAny(AfterAdorned);
        return TryRead(end < 0 ? text : text[..end], out code, out _);
    }

    /// <inheritdoc/>
    [SuppressMessage("Globalization", "CA1305", Justification = "Integers in an interpolated string: the culture is invariant.")]
    public override string ToString() => $"{Class}.{Subject}.{Detail}";

    // subject and detail = 1*3digit, without leading zeros
    static bool TryReadPart(ReadOnlySpan<byte> text, out int number)
    {
        var isNumber = Digits.TryParse(text, 3, out var value) && (text.Length == 1 || text[0] != '0');
        number = (int)value;
        return isNumber;
    }
}
