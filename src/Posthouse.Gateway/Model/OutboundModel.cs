using System.Net;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Model;

/// <summary><c>[queue.outbound]</c> but for <c>next-hop</c>: how mail goes by MX.</summary>
public sealed record OutboundModel
{
    /// <summary>What to say in EHLO; null = <c>server.hostname</c>.</summary>
    public Setting<string?> HostName { get; init; } = Setting<string?>.Of(null);
    public Setting<IpStrategy> IpStrategy { get; init; } = Model.IpStrategy.V4ThenV6;

    /// <summary>Addresses of ours to connect from, of either family; none = the system's choice.</summary>
    public Setting<IReadOnlyList<IPAddress>> Sources { get; init; } = Setting<IReadOnlyList<IPAddress>>.Of([]);

    /// <summary>The same from a key for IPv4 alone.</summary>
    public Setting<IReadOnlyList<IPAddress>> SourcesV4 { get; init; } = Setting<IReadOnlyList<IPAddress>>.Of([]);
    public Setting<IReadOnlyList<IPAddress>> SourcesV6 { get; init; } = Setting<IReadOnlyList<IPAddress>>.Of([]);
    public Setting<StartTlsPolicy> StartTls { get; init; } = StartTlsPolicy.Optional;

    /// <summary>Hosts tried in one attempt.</summary>
    public Setting<int> MaxExchangers { get; init; } = 5;

    /// <summary>Addresses tried of each of them.</summary>
    public Setting<int> MaxAddresses { get; init; } = 2;
    public OutboundTimeouts Timeouts { get; init; } = new();
}

/// <summary>Which families of addresses serve, and which of them first.</summary>
public enum IpStrategy
{
    V4ThenV6,
    V6ThenV4,
    V4Only,
    V6Only,
}

/// <summary><c>[queue.outbound.timeouts]</c>; see <see cref="MailExchangerTimeouts"/>.</summary>
public sealed record OutboundTimeouts
{
    static readonly MailExchangerTimeouts Default = new();

    public Setting<TimeSpan> Connect { get; init; } = Default.Connect;
    public Setting<TimeSpan> Greeting { get; init; } = Default.Greeting;
    public Setting<TimeSpan> Tls { get; init; } = Default.Tls;
    public Setting<TimeSpan> Hello { get; init; } = Default.Hello;
    public Setting<TimeSpan> Mail { get; init; } = Default.Mail;
    public Setting<TimeSpan> Recipient { get; init; } = Default.Recipient;
    public Setting<TimeSpan> Data { get; init; } = Default.Data;
}

/// <summary><c>[resolver]</c>.</summary>
/// <param name="Addresses">Name servers, asked in this order; none = the system's.</param>
/// <param name="Port">Of each of them.</param>
public sealed record ResolverModel(IReadOnlyList<IPAddress> Addresses, int Port)
{
    public static ResolverModel System { get; } = new([], 53);
}
