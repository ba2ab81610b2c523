using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[session]</c>, <c>[session.ehlo]</c>, <c>[session.extensions]</c> and <c>[session.data]</c> (DIALECT §4).</summary>
static class SessionKeys
{
    static readonly SessionModel Default = new();

    public static readonly SettingKey<TimeSpan> Timeout = new("timeout", Stages.Connect, ConfigTypes.Deadline, Default.Timeout);
    public static readonly SettingKey<TimeSpan> Duration = new("duration", Stages.Connect, ConfigTypes.Deadline, Default.Duration);
    public static readonly SettingKey<long> TransferLimit = new("transfer-limit", Stages.Connect, SizeAboveZero, Default.TransferLimit);
    public static readonly Key<int> PerIpLimit = new("limits.per-ip", ConfigTypes.Count(1, int.MaxValue).OrOff(0), Default.PerIpLimit);

    public static readonly SettingKey<bool> EhloRequire = new("ehlo.require", Stages.Connect, ConfigTypes.Flag, Default.Ehlo.Require);
    public static readonly SettingKey<bool> EhloRejectNonFqdn = new("ehlo.reject-non-fqdn", Stages.Ehlo, ConfigTypes.Flag, true) { DefaultNote = "true, for loopback clients false" };

    public static readonly SettingKey<bool> Pipelining = new("extensions.pipelining", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.Pipelining);
    public static readonly SettingKey<bool> Chunking = new("extensions.chunking", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.Chunking);
    public static readonly SettingKey<bool> Dsn = new("extensions.dsn", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.Dsn);

    public static readonly SettingKey<int> MaxMessages = new("data.limits.messages", Stages.Data, ConfigTypes.Count(1, int.MaxValue), Default.Data.MaxMessages);
    public static readonly SettingKey<long> MaxSize = new("data.limits.size", Stages.Data, SizeAboveZero, Default.Data.MaxSize);
    public static readonly SettingKey<int> MaxReceivedHeaders = new("data.limits.received-headers", Stages.Data, ConfigTypes.Count(1, int.MaxValue), Default.Data.MaxReceivedHeaders);
    public static readonly SettingKey<bool> AddReceived = new("data.add-headers.received", Stages.Data, ConfigTypes.Flag, Default.Data.AddReceived);
    public static readonly SettingKey<bool> AddMessageId = new("data.add-headers.message-id", Stages.Data, ConfigTypes.Flag, false) { DefaultNote = "true for authenticated senders" };
    public static readonly SettingKey<bool> AddDate = new("data.add-headers.date", Stages.Data, ConfigTypes.Flag, false) { DefaultNote = "true for authenticated senders" };
    public static readonly SettingKey<bool> AddReturnPath = new("data.add-headers.return-path", Stages.Data, ConfigTypes.Flag, Default.Data.AddReturnPath);

    public static TableShape Shape { get; } = new(
        "session",
        Timeout, Duration, TransferLimit, PerIpLimit, EhloRequire, EhloRejectNonFqdn,
        Pipelining, Chunking, Dsn,
        new SettingKey<bool>("extensions.binarymime", Stages.Ehlo, ConfigTypes.Flag, false) { IsActedOn = false },
        new SettingKey<bool>("extensions.requiretls", Stages.Ehlo, ConfigTypes.Flag, false) { IsActedOn = false },
        new SettingKey<string>("extensions.no-soliciting", Stages.Ehlo, ConfigTypes.Text.OrOff(""), "") { IsActedOn = false },
        new SettingKey<TimeSpan>("extensions.future-release", Stages.Ehlo, ConfigTypes.Duration.OrOff(TimeSpan.Zero), TimeSpan.Zero) { IsActedOn = false },
        new SettingKey<TimeSpan>("extensions.deliver-by", Stages.Ehlo, ConfigTypes.Duration.OrOff(TimeSpan.Zero), TimeSpan.Zero) { IsActedOn = false },
        new SettingKey<string>("extensions.mt-priority", Stages.Ehlo, ConfigTypes.Choice(("mixer", "mixer"), ("stanag4406", "stanag4406"), ("nsep", "nsep")).OrOff(""), "") { IsActedOn = false },
        MaxMessages, MaxSize, MaxReceivedHeaders, AddReceived, AddMessageId, AddDate, AddReturnPath);

    static ConfigType<long> SizeAboveZero => ConfigTypes.Size.Where("a size above zero", size => size > 0);
}
