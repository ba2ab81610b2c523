using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[queue]</c> and <c>[queue.schedule]</c>.</summary>
static class QueueSection
{
    static readonly QueueModel Default = new();
    static readonly ConfigType<IReadOnlyList<TimeSpan>> Times = ConfigTypes.Age.ListOf();

    static readonly Key<string> StorePath = new(
        "path",
        "The folder that holds the queue, and the socket that posthouse queue and posthouse reload use; relative to the folder "
        + "of this file. One gateway at a time; a new path takes a restart, and leaves behind what waits in the old one.",
        ConfigTypes.Text.Where("the path of a folder", p => p.Length > 0 && !p.Contains('\0')),
        Default.Path) { Example = "\"/var/lib/posthouse/queue\"" };
    static readonly SettingKey<IReadOnlyList<TimeSpan>> Retry = new(
        "schedule.retry",
        "How long to wait before each new attempt; the last one repeats.",
        Stages.Mx,
        Times.Where("a duration, or a list of at least one", t => t.Count > 0),
        Default.Retry) { Example = "[\"1m\", \"5m\", \"30m\", \"2h\"]" };
    static readonly SettingKey<IReadOnlyList<TimeSpan>> Notify = new(
        "schedule.notify",
        "After how long in the queue the sender is told of the delay, once for each; false never tells.",
        Stages.Queue,
        Times.OrOff([]),
        Default.Notify) { Example = "[\"4h\", \"1d\"]" };
    static readonly SettingKey<TimeSpan> Expire = new(
        "schedule.expire",
        "After how long in the queue a message is given up and its sender told. RFC 5321 asks for 4 to 5 days.",
        Stages.Queue,
        ConfigTypes.Age,
        Default.Expire) { Example = "\"4d\"" };
    static readonly SettingKey<DeliveryMode> Delivery = new(
        "delivery",
        "queued: a message is stored, then delivered. cut-through: it is offered to the next hop while the client waits, which "
        + "is told the host's own word, without names of machines; what the host puts off or does not answer in time (20 s for a step, 45 s for its last word) is queued. Beside "
        + "[[queue.throttle]] every message is queued.",
        Stages.Rcpt,
        ConfigTypes.Choice(("queued", DeliveryMode.Queued), ("cut-through", DeliveryMode.CutThrough)),
        Default.Delivery);

    public static TableShape Shape { get; } = new("queue", StorePath, Retry, Notify, Expire, Delivery);

    /// <summary>The queue's folder in a file that cannot be read whole, as far as it can be told.</summary>
    public static string? FindPath(TomlTable root, string folder)
    {
        var scope = new ReadScope(folder, static _ => throw new InvalidOperationException());
        var path = new TableReader(TablesById.OrEmpty(root, "queue"), scope).Read(StorePath);
        return scope.Findings.HasErrors ? null : Path.GetFullPath(path, folder);
    }

    public static QueueModel Read(TomlTable root, ReadScope scope)
    {
        var table = new TableReader(TablesById.OrEmpty(root, "queue"), scope);
        return new QueueModel
        {
            Path = Path.GetFullPath(table.Read(StorePath), scope.Folder),
            Retry = table.Read(Retry),
            Notify = table.Read(Notify),
            Expire = table.Read(Expire),
            NextHop = OutboundSection.ReadNextHop(table),
            Outbound = OutboundSection.Read(table),
            Throttles = ThrottleSection.ReadQueue(root, scope),
            Quotas = ThrottleSection.ReadQuotas(root, scope),
            Delivery = table.Read(Delivery),
        };
    }
}
