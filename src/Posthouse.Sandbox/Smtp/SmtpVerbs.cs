using System.Text;
using Posthouse.Wire.Commands;

namespace Posthouse.Sandbox.Smtp;

/// <summary>The verbs as the journal counts them.</summary>
static class SmtpVerbs
{
    const int MaxLength = 16;

    static readonly string[] Names = [.. Enum.GetNames<SmtpVerb>().Select(name => name.ToUpperInvariant())];

    /// <summary>The verb's name; for one not known the line's first word if it could be a verb, else UNKNOWN.</summary>
    public static string Name(SmtpVerb verb, ReadOnlySpan<byte> line)
    {
        if (verb != SmtpVerb.Unknown)
            return Names[(int)verb];
        var blank = line.IndexOf((byte)' ');
        var word = blank < 0 ? line : line[..blank];
        foreach (var octet in word)
        {
            if (!char.IsAsciiLetter((char)octet))
                return Names[0];
        }
        return word.Length is > 0 and <= MaxLength ? Encoding.ASCII.GetString(word).ToUpperInvariant() : Names[0];
    }
}
