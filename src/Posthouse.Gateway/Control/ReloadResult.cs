using Posthouse.Gateway.Config;

namespace Posthouse.Gateway.Control;

/// <summary>What a reload came to.</summary>
/// <param name="IsApplied">The new configuration is in force; false = nothing has changed.</param>
/// <param name="Problems">What the configuration's check has found, warnings too.</param>
/// <param name="Refusal">Why a configuration without errors was not applied; empty otherwise.</param>
/// <param name="NeedsRestart">Keys that have changed and stay as they were until the next start.</param>
public sealed record ReloadResult(bool IsApplied, IReadOnlyList<ConfigProblem> Problems, string Refusal, IReadOnlyList<string> NeedsRestart);
