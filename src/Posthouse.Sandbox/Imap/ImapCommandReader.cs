using System.Buffers;
using System.Text;
using Posthouse.Sandbox.Connections;

namespace Posthouse.Sandbox.Imap;

/// <summary>Reads whole commands: tag, verb, arguments, and the literals between lines (RFC 9051 section 4.3, RFC 7888).</summary>
sealed class ImapCommandReader(SandboxConnection connection)
{
    public const int MaxLine = 16 * 1024;

    const int MaxLiterals = 8;

    /// <summary>The next command, or null once the client has hung up.</summary>
    public async ValueTask<ImapCommand?> ReadAsync()
    {
        if (await connection.ReadLineAsync(MaxLine) is not { } line)
            return null;
        var command = new ImapCommand();
        var isWhole = Begin(line.Span, command, out var literal, out var isSynchronising);
        for (var literals = 0; isWhole && literal >= 0; literals++)
        {
            if (literal > ImapLine.MaxLiteral || literals == MaxLiterals)
            {
                command.Fault = "Literal too long";
                command.IsLost = !isSynchronising;
                return command;
            }
            if (isSynchronising)
                connection.Output.Write("+ OK\r\n"u8);
            var octets = new byte[literal];
            if (!await ReadOctetsAsync(octets) || await connection.ReadLineAsync(MaxLine) is not { } more)
                return null;
            command.Arguments.Add(new ImapToken(ImapTokenKind.Text, octets));
            isWhole = ImapLine.TryArguments(more.Span, command.Arguments, out literal, out isSynchronising);
        }
        if (!isWhole)
        {
            command.Fault = "Malformed command";
            // An unsynchronised literal may follow a line that did not parse.
            command.IsLost = line.Span.EndsWith("+}"u8);
        }
        return command;
    }

    static bool Begin(ReadOnlySpan<byte> line, ImapCommand command, out int literal, out bool isSynchronising)
    {
        literal = -1;
        isSynchronising = true;
        var rest = line;
        if (!ImapLine.TryWord(ref rest, out var tag) || tag.Contains((byte)'+') || rest.IsEmpty)
            return false;
        command.Tag = Encoding.ASCII.GetString(tag);
        rest = rest[1..];
        if (!ImapLine.TryWord(ref rest, out var verb))
            return false;
        command.Verb = Encoding.ASCII.GetString(verb).ToUpperInvariant();
        command.Shown = ImapMask.Show(command.Tag, command.Verb, rest);
        return ImapLine.TryArguments(rest, command.Arguments, out literal, out isSynchronising);
    }

    async ValueTask<bool> ReadOctetsAsync(Memory<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var whole = await connection.ReadAsync();
            if (whole.IsEmpty)
                return false;
            var part = whole.Length > octets.Length ? whole.Slice(0, octets.Length) : whole;
            part.CopyTo(octets.Span);
            octets = octets[(int)part.Length..];
            connection.Input.AdvanceTo(part.End);
        }
        return true;
    }
}
