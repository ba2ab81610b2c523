namespace Posthouse.Sandbox;

public enum SandboxDirection
{
    FromClient,
    ToClient,
}

/// <summary>One line of a dialogue, without CRLF and with secrets masked.</summary>
public sealed record SandboxEntry(DateTimeOffset Time, long ConnectionId, SandboxDirection Direction, string Text)
{
    /// <summary>On whose behalf the server was told it came, when it came.</summary>
    public SandboxClient? Client { get; init; }
}
