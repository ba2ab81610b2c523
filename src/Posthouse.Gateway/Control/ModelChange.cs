using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Control;

/// <summary>What one configuration changes of another.</summary>
static class ModelChange
{
    /// <summary>The new one, but for what only a start can change.</summary>
    public static GatewayModel Effective(GatewayModel before, GatewayModel after) =>
        after with { Queue = after.Queue with { Path = before.Queue.Path }, Tracing = before.Tracing };

    /// <summary>The keys that have changed and that only a start can change.</summary>
    public static IReadOnlyList<string> NeedsRestart(GatewayModel before, GatewayModel after)
    {
        List<string> keys = [];
        if (after.Queue.Path != before.Queue.Path)
            keys.Add("queue.path");
        if (after.Tracing != before.Tracing)
            keys.Add("global.tracing");
        foreach (var listener in after.Listeners)
        {
            if (before.Listeners.FirstOrDefault(old => old.Id == listener.Id) is { } old && old.Backlog != listener.Backlog && old.Bind.Intersect(listener.Bind).Any())
                keys.Add($"server.listener.{listener.Id}.socket.backlog");
        }
        return keys;
    }

    /// <summary>What becomes of the remotes.</summary>
    public static RemoteChanges OfRemotes(GatewayModel before, GatewayModel after)
    {
        var old = before.Remotes.ToDictionary(static remote => remote.Id, StringComparer.Ordinal);
        var (kept, changed, added) = (0, 0, 0);
        foreach (var remote in after.Remotes)
        {
            if (!old.Remove(remote.Id, out var was))
                added++;
            else if (was == remote)
                kept++;
            else
                changed++;
        }
        return new RemoteChanges(kept, changed, added, old.Count);
    }
}
