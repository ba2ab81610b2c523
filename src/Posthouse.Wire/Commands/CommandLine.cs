namespace Posthouse.Wire.Commands;

/// <summary>One command line cut into verb and argument; borrows the line.</summary>
public readonly ref struct CommandLine
{
    CommandLine(SmtpVerb verb, ReadOnlySpan<byte> argument)
    {
        Verb = verb;
        Argument = argument;
    }

    /// <summary>The verb, or <see cref="SmtpVerb.Unknown"/>.</summary>
    public SmtpVerb Verb { get; }

    /// <summary>What follows the verb and one blank; trailing blanks cut.</summary>
    public ReadOnlySpan<byte> Argument { get; }

    /// <summary>
    /// Reads a line without its CRLF. An octet below 0x20 or 0x7F, or a leading blank, gives <see cref="SmtpVerb.Unknown"/>. Verbs compare without
    /// case, by ASCII alone.
    /// </summary>
    public static CommandLine Parse(ReadOnlySpan<byte> line)
    {
        // RFC 5321 section 4.1.1 asks to tolerate white space at the end; TAB counts as such there and nowhere else.
        line = line.TrimEnd(" \t"u8);
        if (line.IndexOfAnyInRange((byte)0x00, (byte)0x1F) >= 0 || line.Contains((byte)0x7F))
            return default;
        var blank = line.IndexOf((byte)' ');
        return blank < 0
            ? new CommandLine(VerbNames.Find(line), default)
            : new CommandLine(VerbNames.Find(line[..blank]), line[(blank + 1)..]);
    }
}
