using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Relaying;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>The hosts to which a session can hand a message while its client waits.</summary>
public interface INextHops
{
    /// <summary>Begins at a hop; null where that cannot be now, so that the message is queued.</summary>
    /// <param name="hop">A remote's id.</param>
    /// <param name="mail">Reverse-path and parameters; the size is an estimate.</param>
    /// <param name="patience">Most time for each step.</param>
    /// <param name="client">On whose behalf.</param>
    LiveRelay? TryBegin(string hop, MailCommand mail, TimeSpan patience, ClientIdentity? client);
}
