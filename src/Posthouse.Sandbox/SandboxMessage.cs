namespace Posthouse.Sandbox;

/// <summary>A message that was taken: its envelope, and its body after dot-stuffing or chunking was undone.</summary>
/// <param name="ReversePath">Null for <c>&lt;&gt;</c>.</param>
/// <param name="Recipients">The recipients that got a positive reply, in RCPT order.</param>
/// <param name="Body">What stood between DATA and the dot, to the octet.</param>
/// <param name="ConnectionId">The connection it came by, as in the journal.</param>
public sealed record SandboxMessage(string? ReversePath, IReadOnlyList<string> Recipients, ReadOnlyMemory<byte> Body, long ConnectionId);
