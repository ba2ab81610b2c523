using System.Text;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox;

/// <summary>What a server does in place of its own answer to one command.</summary>
public sealed record SandboxAction
{
    SandboxAction()
    {
    }

    internal Reply? Answer { get; private init; }

    internal string? TaggedAnswer { get; private init; }

    internal byte[]? Bytes { get; private init; }

    internal bool Closes { get; private init; }

    internal bool Resets { get; private init; }

    internal bool Stalls { get; private init; }

    internal Task? Gate { get; private init; }

    /// <summary>An end of the line, without an answer.</summary>
    public static SandboxAction Close { get; } = new() { Closes = true };

    /// <summary>A TCP reset; answers not yet sent are lost.</summary>
    public static SandboxAction Reset { get; } = new() { Resets = true };

    /// <summary>No answer to this or any later command, until the client or the server hangs up.</summary>
    public static SandboxAction Stall { get; } = new() { Stalls = true };

    /// <summary>A reply; <paramref name="text"/> may start with an enhanced code. On IMAP, OK, or NO for 4yz and 5yz, with the text.</summary>
    public static SandboxAction Reply(int code, string text) => Reply(new Reply(code, null, text));

    public static SandboxAction Reply(Reply reply) => new() { Answer = reply };

    /// <summary>A tagged response on IMAP, such as <c>NO [UNAVAILABLE] later</c>.</summary>
    public static SandboxAction Tagged(string response) => new() { TaggedAnswer = response };

    /// <summary>These octets, as they are.</summary>
    public static SandboxAction Raw(ReadOnlySpan<byte> octets) => new() { Bytes = octets.ToArray() };

    /// <summary>This text, as it is (Latin-1); line ends are the caller's.</summary>
    public static SandboxAction Raw(string text) => new() { Bytes = Encoding.Latin1.GetBytes(text) };

    /// <summary>Waits for the gate, then answers as if nothing had happened.</summary>
    public static SandboxAction Hold(Task gate) => new() { Gate = gate };

    public static SandboxAction CloseAfterReply(int code, string text) => Reply(code, text).ThenClose();

    /// <summary>The same, and then an end of the line.</summary>
    public SandboxAction ThenClose() => this with { Closes = true };
}
