using System.Globalization;
using Posthouse.Gateway.Config;

namespace Posthouse.Gateway.Control;

/// <summary>What a reload came to.</summary>
/// <param name="IsApplied">The new configuration is in force; false = nothing has changed.</param>
/// <param name="Problems">What the configuration's check has found, warnings too.</param>
/// <param name="Refusal">Why a configuration without errors was not applied; empty otherwise.</param>
/// <param name="NeedsRestart">Keys that have changed and stay as they were until the next start.</param>
public sealed record ReloadResult(bool IsApplied, IReadOnlyList<ConfigProblem> Problems, string Refusal, IReadOnlyList<string> NeedsRestart)
{
    /// <summary>What it has changed; null where it was not applied.</summary>
    public ReloadChanges? Changes { get; init; }
}

/// <summary>What a reload has changed.</summary>
/// <param name="Remotes">What became of the remotes: those that are as they were keep their connections and caches, all others drain.</param>
/// <param name="Others">Listeners, certificates, lists, rules, throttles and quotas, each kind that has changed.</param>
/// <param name="Settings">The full names of the other settings that have changed, in their order.</param>
public sealed record ReloadChanges(KindChanges Remotes, IReadOnlyList<KindChanges> Others, IReadOnlyList<string> Settings)
{
    const int MostNamed = 5;

    /// <summary>All is as it was.</summary>
    public bool IsNone => Remotes.IsNone && Others.Count == 0 && Settings.Count == 0;

    /// <summary>For a log or a terminal, in one line.</summary>
    public override string ToString()
    {
        if (IsNone)
            return Remotes.Kept == 0 ? "nothing has changed" : $"nothing has changed; {Remotes}";
        List<string> parts = [.. Others.Select(static kind => kind.ToString())];
        if (Remotes.Kept > 0 || !Remotes.IsNone)
            parts.Insert(0, Remotes.ToString());
        if (Settings.Count > 0)
        {
            var more = Settings.Count - MostNamed;
            parts.Add($"settings: {string.Join(", ", Settings.Take(MostNamed))}" + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {more} more") : ""));
        }
        return string.Join("; ", parts);
    }
}

/// <summary>What a reload has made of all things of a kind.</summary>
/// <param name="Kind">What they are, in the plural.</param>
/// <param name="Kept">So many are as they were.</param>
/// <param name="Changed">So many are defined anew.</param>
/// <param name="Added">So many are new.</param>
/// <param name="Removed">So many are gone.</param>
public sealed record KindChanges(string Kind, int Kept, int Changed, int Added, int Removed)
{
    /// <summary>All are as they were.</summary>
    public bool IsNone => Changed == 0 && Added == 0 && Removed == 0;

    /// <summary><c>listeners: 2 kept, 1 added</c>.</summary>
    public override string ToString() => $"{Kind}: {string.Join(", ", new[] { (Kept, "kept"), (Changed, "changed"), (Added, "added"), (Removed, "removed") }
        .Where(static part => part.Item1 > 0).Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")))}";
}
