namespace Posthouse.Wire.Commands;

/// <summary><c>sasl-mech</c> (RFC 4422 section 3.1): 1 to 20 of A-Z, 0-9, hyphen and underscore.</summary>
internal static class SaslMechanismName
{
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterUpper(character) && !char.IsAsciiDigit(character) && character is not ('-' or '_'))
                return false;
        }

        return name.Length is >= 1 and <= 20;
    }
}
