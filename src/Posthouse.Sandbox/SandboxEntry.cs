namespace Posthouse.Sandbox;

public enum SandboxDirection
{
    FromClient,
    ToClient,
}

/// <summary>One line of a dialogue, without CRLF and with secrets masked.</summary>
public sealed record SandboxEntry(DateTimeOffset Time, long ConnectionId, SandboxDirection Direction, string Text);
