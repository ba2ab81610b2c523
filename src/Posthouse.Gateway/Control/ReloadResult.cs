using Posthouse.Gateway.Config;

namespace Posthouse.Gateway.Control;

/// <summary>What a reload came to.</summary>
/// <param name="IsApplied">The new configuration is in force; false = nothing has changed.</param>
/// <param name="Problems">What the configuration's check has found, warnings too.</param>
/// <param name="Refusal">Why a configuration without errors was not applied; empty otherwise.</param>
/// <param name="NeedsRestart">Keys that have changed and stay as they were until the next start.</param>
public sealed record ReloadResult(bool IsApplied, IReadOnlyList<ConfigProblem> Problems, string Refusal, IReadOnlyList<string> NeedsRestart)
{
    /// <summary>What became of the remotes; null where nothing has changed.</summary>
    public RemoteChanges? Remotes { get; init; }
}

/// <summary>What a reload has made of the remotes.</summary>
/// <param name="Kept">So many are as they were, with their connections and caches.</param>
/// <param name="Changed">So many are defined anew: the old ones drain.</param>
/// <param name="Added">So many are new.</param>
/// <param name="Removed">So many drain.</param>
public sealed record RemoteChanges(int Kept, int Changed, int Added, int Removed)
{
    /// <summary>For a log or a terminal.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Kept} remotes kept, {Changed} changed, {Added} added, {Removed} removed");
}
