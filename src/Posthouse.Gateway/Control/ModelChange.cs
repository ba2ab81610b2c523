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

    /// <summary>All that has changed, by kind.</summary>
    public static ReloadChanges Of(GatewayModel before, GatewayModel after)
    {
        var kinds = new[] { WrittenThings.Listener, WrittenThings.Certificate, WrittenThings.List, WrittenThings.Rule }
            .Select(kind => Compare(kind, Of(before, kind), Of(after, kind), static (was, digest) => was == digest))
            .Append(OfBounds("session throttles", ThrottlesOf(before.Session), ThrottlesOf(after.Session)))
            .Append(OfBounds("queue throttles", before.Queue.Throttles, after.Queue.Throttles))
            .Append(OfBounds("queue quotas", before.Queue.Quotas, after.Queue.Quotas));
        var (old, now) = (Of(before, WrittenThings.Setting), Of(after, WrittenThings.Setting));
        return new ReloadChanges(
            Compare(
                "remotes", before.Remotes.ToDictionary(static one => one.Id), after.Remotes.ToDictionary(static one => one.Id),
                static (was, remote) => was == remote),
            [.. kinds.Where(static kind => !kind.IsNone)],
            [.. now.Keys.Union(old.Keys).Where(key => !now.TryGetValue(key, out var digest) || !old.TryGetValue(key, out var was) || was != digest)]);
    }

    static Dictionary<string, long> Of(GatewayModel model, string kind) =>
        model.Written.Digests.Where(one => one.Key.Kind == kind).ToDictionary(static one => one.Key.Name, static one => one.Value);

    static IEnumerable<BoundModel> ThrottlesOf(SessionModel session) =>
        [.. session.Throttles.AtConnect, .. session.Throttles.AtMail, .. session.Throttles.AtRcpt];

    static KindChanges Compare<T>(string kind, Dictionary<string, T> before, Dictionary<string, T> after, Func<T, T, bool> isSame)
    {
        var kept = after.Count(one => before.TryGetValue(one.Key, out var was) && isSame(was, one.Value));
        var changed = after.Keys.Count(before.ContainsKey) - kept;
        return new KindChanges(kind, kept, changed, after.Count - kept - changed, before.Count - kept - changed);
    }

    /// <summary>They have no names: one that is gone beside one that is new has changed.</summary>
    static KindChanges OfBounds(string kind, IEnumerable<BoundModel> before, IEnumerable<BoundModel> after)
    {
        var (old, now) = (before.ToHashSet(), after.ToHashSet());
        var kept = now.Count(old.Contains);
        var changed = Math.Min(old.Count, now.Count) - kept;
        return new KindChanges(kind, kept, changed, now.Count - kept - changed, old.Count - kept - changed);
    }
}
