namespace Posthouse.Wire.Text;

/// <summary>Decimal numbers as the RFCs write them, <c>1*DIGIT</c>: no sign, no blank, no other script's digits, no group marks.</summary>
internal static class Digits
{
    /// <summary>Reads a text of 1 to <paramref name="most"/> digits; false where it is not one, or above 2^63-1.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int most, out long value)
    {
        value = 0;
        if (!AreAll(text, most))
            return false;
        foreach (var octet in text)
        {
            var digit = octet - '0';
            if (value > (long.MaxValue - digit) / 10)
            {
                value = 0;
                return false;
            }

            value = (value * 10) + digit;
        }

        return true;
    }

    /// <summary>Whether the text is 1 to <paramref name="most"/> digits, whatever they amount to.</summary>
    public static bool AreAll(ReadOnlySpan<byte> text, int most) =>
        text.Length >= 1 && text.Length <= most && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
