using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[session]</c>, <c>[session.ehlo]</c>, <c>[session.extensions]</c> and <c>[session.data]</c> (DIALECT §4).</summary>
static class SessionKeys
{
    static readonly SessionModel Default = new();

    public static readonly SettingKey<TimeSpan> Timeout = new(
        "timeout",
        "How long a client may take for a command, or for each 64 KiB of a message, before 421; while a host is asked its time "
        + "does not run. RFC 5321 asks for 5 minutes at least.",
        Stages.Connect,
        ConfigTypes.Deadline,
        Default.Timeout) { Example = "\"2m\"" };
    public static readonly SettingKey<TimeSpan> Duration = new(
        "duration",
        "How long a session may last, however busy it is, before 421; of a message that has not come whole by then nothing is "
        + "kept, and its client sends it again.",
        Stages.Connect,
        ConfigTypes.Deadline,
        Default.Duration) { Example = "\"1h\"" };
    public static readonly SettingKey<long> TransferLimit = new(
        "transfer-limit",
        "How many bytes a client may send in one session; it should hold several messages of data.limits.size.",
        Stages.Connect,
        SizeAboveZero,
        Default.TransferLimit) { Example = "\"500MiB\"" };
    public static readonly Key<int> PerIpLimit = new(
        "limits.per-ip",
        "The most sessions from one address (of IPv6: from one /64) at a time, the next being told 421. Loopback is never "
        + "counted, since proxies and webmail come from there.",
        ConfigTypes.Count(1, int.MaxValue).OrOff(0),
        Default.PerIpLimit) { Example = "50" };

    public static readonly SettingKey<bool> EhloRequire = new(
        "ehlo.require",
        "Whether mail needs EHLO, LHLO or HELO first.",
        Stages.Connect,
        ConfigTypes.Flag,
        Default.Ehlo.Require);
    public static readonly SettingKey<bool> EhloRejectNonFqdn = new(
        "ehlo.reject-non-fqdn",
        "Whether an EHLO name that is neither a full domain name nor an address in brackets is refused.",
        Stages.Ehlo,
        ConfigTypes.Flag,
        true) { DefaultNote = "true, for loopback clients false" };

    public static readonly SettingKey<bool> Pipelining = new("extensions.pipelining", "Whether PIPELINING is offered.", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.Pipelining);
    public static readonly SettingKey<bool> Chunking = new("extensions.chunking", "Whether CHUNKING (BDAT) is offered.", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.Chunking);
    public static readonly SettingKey<bool> Dsn = new("extensions.dsn", "Whether DSN is offered.", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.Dsn);
    public static readonly SettingKey<bool> RequireTls = new("extensions.requiretls", "Whether REQUIRETLS is offered over TLS. Such a message goes only to a remote with a verified certificate that offers it too, never by MX.", Stages.Ehlo, ConfigTypes.Flag, Default.Extensions.RequireTls);

    public static readonly SettingKey<int> MaxMessages = new(
        "data.limits.messages",
        "How many messages one session may send; then 451, and the client comes again.",
        Stages.Data,
        ConfigTypes.Count(1, int.MaxValue),
        Default.Data.MaxMessages) { Example = "100" };
    public static readonly SettingKey<long> MaxSize = new(
        "data.limits.size",
        "The largest message, in bytes as it comes; clients are told by SIZE, and whoever sends more anyhow by 552. No larger "
        + "than what the next hop takes.",
        Stages.Data,
        SizeAboveZero,
        Default.Data.MaxSize) { Example = "\"50MiB\"" };
    public static readonly SettingKey<int> MaxReceivedHeaders = new(
        "data.limits.received-headers",
        "How many Received lines a message may have; more mean that it goes round in a loop, and 554.",
        Stages.Data,
        ConfigTypes.Count(1, int.MaxValue),
        Default.Data.MaxReceivedHeaders) { Example = "100" };
    public static readonly SettingKey<bool> AddReceived = new(
        "data.add-headers.received",
        "Whether a Received line is added. RFC 5321 demands it, and without it no loop is found.",
        Stages.Data,
        ConfigTypes.Flag,
        Default.Data.AddReceived);
    public static readonly SettingKey<bool> AddMessageId = new(
        "data.add-headers.message-id",
        "Whether a missing Message-ID is added.",
        Stages.Data,
        ConfigTypes.Flag,
        false) { DefaultNote = "true for authenticated senders" };
    public static readonly SettingKey<bool> AddDate = new(
        "data.add-headers.date",
        "Whether a missing Date is added.",
        Stages.Data,
        ConfigTypes.Flag,
        false) { DefaultNote = "true for authenticated senders" };
    public static readonly SettingKey<bool> AddReturnPath = new(
        "data.add-headers.return-path",
        "Whether Return-Path is added, which is the final host's business where there is one behind.",
        Stages.Data,
        ConfigTypes.Flag,
        Default.Data.AddReturnPath);

    public static TableShape Shape { get; } = new(
        "session",
        Timeout, Duration, TransferLimit, PerIpLimit, EhloRequire, EhloRejectNonFqdn,
        Pipelining, Chunking, Dsn, RequireTls,
        new SettingKey<bool>("extensions.binarymime", "Whether BINARYMIME is offered; it needs chunking.", Stages.Ehlo, ConfigTypes.Flag, false) { IsActedOn = false },
        new SettingKey<string>("extensions.no-soliciting", "The text offered with NO-SOLICITING.", Stages.Ehlo, ConfigTypes.Text.OrOff(""), "") { IsActedOn = false, Example = "\"net.example:ADV\"" },
        new SettingKey<TimeSpan>("extensions.future-release", "The longest delay offered with FUTURERELEASE.", Stages.Ehlo, ConfigTypes.Duration.OrOff(TimeSpan.Zero), TimeSpan.Zero) { IsActedOn = false },
        new SettingKey<TimeSpan>("extensions.deliver-by", "The shortest time offered with DELIVERBY.", Stages.Ehlo, ConfigTypes.Duration.OrOff(TimeSpan.Zero), TimeSpan.Zero) { IsActedOn = false },
        new SettingKey<string>("extensions.mt-priority", "The priority profile offered with MT-PRIORITY.", Stages.Ehlo, ConfigTypes.Choice(("mixer", "mixer"), ("stanag4406", "stanag4406"), ("nsep", "nsep")).OrOff(""), "") { IsActedOn = false },
        MaxMessages, MaxSize, MaxReceivedHeaders, AddReceived, AddMessageId, AddDate, AddReturnPath);

    static ConfigType<long> SizeAboveZero => ConfigTypes.Size.Where("a size above zero", size => size > 0);
}
