using System.Text.Json;
using System.Text.Json.Serialization;

namespace Posthouse.Commands;

/// <summary>One problem of <c>check --json</c>; the README documents the shape, which editors rely on.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units as editors count.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
sealed record CheckEntry(string File, int Line, int Column, string Severity, string Key, string Message);

/// <summary>One setting of <c>config show --json</c>.</summary>
/// <param name="File">Null for a default.</param>
/// <param name="Line">From 1; 0 for a default.</param>
sealed record ShownEntry(string Key, string Value, string? File, int Line);

/// <summary>One difference of <c>config diff --json</c>.</summary>
/// <param name="A">Null where only B has it.</param>
/// <param name="B">Null where only A has it.</param>
/// <param name="IsSecret">The values are shown alike, since what differs is a secret.</param>
sealed record DifferenceEntry(string Key, string? A, string? B, bool IsSecret);

/// <summary>What the commands write as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<CheckEntry>))]
[JsonSerializable(typeof(IReadOnlyList<ShownEntry>))]
[JsonSerializable(typeof(IReadOnlyList<DifferenceEntry>))]
sealed partial class CommandJson : JsonSerializerContext;
