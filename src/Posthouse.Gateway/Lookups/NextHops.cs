using Posthouse.Gateway.Sessions.CutThrough;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Relaying;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Lookups;

/// <summary>The remotes as hops of messages whose clients wait, found by name for each message, so that they outlive a reload.</summary>
sealed class NextHops(RemoteHostRegistry remotes) : INextHops
{
    /// <inheritdoc/>
    public LiveRelay? TryBegin(string hop, MailCommand mail, TimeSpan patience, ClientIdentity? client) =>
        remotes.TryGet(hop, out var host) ? host.TryBeginRelay(mail, patience, client) : null;
}
