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

    /// <summary>Reads a line without its CRLF. An octet below 0x20 or 0x7F, or a leading blank, gives <see cref="SmtpVerb.Unknown"/>. Verbs compare without case, by ASCII alone.</summary>
    public static CommandLine Parse(ReadOnlySpan<byte> line) => throw new NotImplementedException();
}
