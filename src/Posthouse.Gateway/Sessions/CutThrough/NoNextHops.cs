using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Relaying;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>No host takes a message while its client waits: every message is queued.</summary>
public sealed class NoNextHops : INextHops
{
    /// <summary>The only one.</summary>
    public static NoNextHops Instance { get; } = new();

    /// <inheritdoc/>
    public LiveRelay? TryBegin(string hop, MailCommand mail, TimeSpan patience, ClientIdentity? client) => null;
}
