using System.Text;
using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>Replies on the wire and in the journal, and the faults that stand in for them.</summary>
sealed class SmtpConversation(SandboxConnection connection)
{
    /// <summary>Longest line: RFC 4954 section 4 asks for 12288 octets of base64.</summary>
    const int MaxLine = 12290;

    public SandboxConnection Connection => connection;

    /// <summary>The next line, or null once the client has hung up.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync() => connection.ReadLineAsync(MaxLine);

    public ValueTask ReplyAsync(Reply reply)
    {
        Write(reply);
        return connection.ReplyWrittenAsync();
    }

    public void Write(Reply reply)
    {
        ReplyWriter.Write(connection.Output, reply, utf8: true);
        if (connection.Host.Journal.IsWriting)
            connection.Said(reply.ToString());
    }

    /// <summary>Counts the command, writes it down, and asks for a fault.</summary>
    public ValueTask<FaultOutcome> HearAsync(string verb, ReadOnlySpan<byte> line, string? masked)
    {
        var host = connection.Host;
        host.Journal.Saw(verb);
        if (host.Journal.IsWriting)
            connection.Heard(masked ?? Printable(line));
        if (host.Faults.OnCommand is not { } hook)
            return default;
        return ApplyAsync(hook(verb, verb switch { "SASL" => "", "AUTH" => masked ?? "", _ => Printable(line) }));
    }

    /// <summary>What a fault does; a missing action does nothing.</summary>
    public ValueTask<FaultOutcome> ApplyAsync(SandboxAction? action) =>
        FaultHook.ApplyAsync(connection, action, answer => Write(answer.Answer ?? new Reply(250, null, answer.TaggedAnswer ?? "")));

    // What a test or a screen is shown has no control characters.
    static string Printable(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
    }
}
