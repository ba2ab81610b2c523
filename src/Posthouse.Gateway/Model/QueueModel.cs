using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary><c>[queue]</c>.</summary>
public sealed record QueueModel
{
    /// <summary>The folder of the store; absolute once loaded.</summary>
    public string Path { get; init; } = "./queue";
    public Setting<IReadOnlyList<TimeSpan>> Retry { get; init; } = Setting<IReadOnlyList<TimeSpan>>.Of(
        [TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2)]);
    public Setting<IReadOnlyList<TimeSpan>> Notify { get; init; } = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromDays(1), TimeSpan.FromDays(3)]);
    public Setting<TimeSpan> Expire { get; init; } = TimeSpan.FromDays(5);

    public Setting<NextHop> NextHop { get; init; } = Model.NextHop.ByMx;
    public Setting<DeliveryMode> Delivery { get; init; } = DeliveryMode.Queued;

    /// <summary>How mail goes by MX.</summary>
    public OutboundModel Outbound { get; init; } = new();

    /// <summary><c>[[queue.throttle]]</c>.</summary>
    internal IReadOnlyList<ThrottleModel> Throttles { get; init; } = [];

    /// <summary><c>[[queue.quota]]</c>.</summary>
    internal IReadOnlyList<QuotaModel> Quotas { get; init; } = [];
}

/// <summary><c>queue.delivery</c>.</summary>
public enum DeliveryMode
{
    /// <summary>A message is stored, answered, and then delivered.</summary>
    Queued,

    /// <summary>A message is offered to its next hop while its client waits, and only what is left over is stored.</summary>
    CutThrough,
}
