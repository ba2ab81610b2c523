using System.Text.Json.Serialization;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Gateway.Control;

/// <summary>What came of an operator's word.</summary>
/// <param name="Id">The queue id.</param>
/// <param name="Answer">What was made of it.</param>
public sealed record QueueActionResult(string Id, QueueAnswer Answer);

/// <summary>How many kept answers were forgotten.</summary>
/// <param name="Answers">So many.</param>
public sealed record RemoteFlushResult(int Answers);

/// <summary>What a reload came to, for the one who asked.</summary>
/// <param name="File">The configuration that the gateway was started with, by its whole path.</param>
/// <param name="Result">Null where the file could not be read.</param>
/// <param name="Unreadable">Why; empty otherwise.</param>
public sealed record ReloadAnswer(string File, ReloadResult? Result, string Unreadable);

/// <summary>What goes over the control socket, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<QueueEntry>))]
[JsonSerializable(typeof(QueueEntryDetail))]
[JsonSerializable(typeof(QueueActionResult))]
[JsonSerializable(typeof(QueueActionCounts))]
[JsonSerializable(typeof(IReadOnlyList<RemoteHostSnapshot>))]
[JsonSerializable(typeof(RemoteFlushResult))]
[JsonSerializable(typeof(ReloadAnswer))]
public sealed partial class ControlJson : JsonSerializerContext;
