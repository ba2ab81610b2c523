using System.Buffers;
using System.Text;
using Posthouse.Sandbox.Connections;

namespace Posthouse.Sandbox.Imap;

/// <summary>Responses on the wire and in the journal, and the faults that stand in for them.</summary>
sealed class ImapConversation(SandboxConnection connection)
{
    const int MaxVerb = 16;

    public SandboxConnection Connection => connection;

    /// <summary>Writes one line; the caller's text is its own, never a client's.</summary>
    public void Write(string line)
    {
        connection.Output.Write(Encoding.ASCII.GetBytes(line));
        connection.Output.Write("\r\n"u8);
        if (connection.Host.Journal.IsWriting)
            connection.Said(line);
    }

    public ValueTask RespondAsync(string line)
    {
        Write(line);
        return connection.ReplyWrittenAsync();
    }

    /// <summary>Counts the command, writes it down, and asks for a fault.</summary>
    public ValueTask<FaultOutcome> HearAsync(string tag, string verb, string shown)
    {
        var host = connection.Host;
        host.Journal.Saw(verb.Length is > 0 and <= MaxVerb ? verb : "UNKNOWN");
        if (host.Journal.IsWriting)
            connection.Heard(shown.Length > 0 ? shown : "(not a command)");
        return FaultHook.ApplyAsync(connection, host.Faults.OnCommand?.Invoke(verb, shown), action => Write($"{tag} {Text(action)}"));
    }

    static string Text(SandboxAction action) => action switch
    {
        { TaggedAnswer: { } response } => response,
        { Answer: { IsPositive: true } reply } => $"OK {reply.Text}",
        { Answer: { } reply } => $"NO {reply.Text}",
        _ => "OK",
    };
}
