using System.Buffers;

namespace Posthouse.Wire.Imap;

/// <summary>The small words of the grammar (RFC 9051 section 9).</summary>
static class ImapAtoms
{
    const string TagText = "!#$&',-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz|~";

    static readonly SearchValues<char> TagChars = SearchValues.Create(TagText);
    static readonly SearchValues<char> VerbChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    static readonly SearchValues<char> MechanismChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>tag = 1*&lt;any ASTRING-CHAR except "+"&gt;.</summary>
    public static readonly SearchValues<byte> TagOctets = SearchValues.Create([.. TagText.Select(c => (byte)c)]);

    public static bool IsTag(string text) => text.Length is > 0 and <= 64 && !text.AsSpan().ContainsAnyExcept(TagChars);

    public static bool IsVerb(string text) => text.Length is > 0 and <= 32 && !text.AsSpan().ContainsAnyExcept(VerbChars);

    /// <summary>sasl-mech = 1*20mech-char (RFC 4422 section 3.1), in upper case.</summary>
    public static bool IsMechanism(string text) => text.Length is > 0 and <= 20 && !text.AsSpan().ContainsAnyExcept(MechanismChars);
}
