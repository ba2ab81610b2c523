using System.Text.Json.Serialization;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Control;

/// <summary>What came of an operator's word.</summary>
/// <param name="Id">The queue id.</param>
/// <param name="Answer">What was made of it.</param>
public sealed record QueueActionResult(string Id, QueueAnswer Answer);

/// <summary>How many messages are tried now.</summary>
/// <param name="Messages">So many.</param>
public sealed record QueueFlushResult(int Messages);

/// <summary>What goes over the control socket, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<QueueEntry>))]
[JsonSerializable(typeof(QueueEntryDetail))]
[JsonSerializable(typeof(QueueActionResult))]
[JsonSerializable(typeof(QueueFlushResult))]
public sealed partial class ControlJson : JsonSerializerContext;
