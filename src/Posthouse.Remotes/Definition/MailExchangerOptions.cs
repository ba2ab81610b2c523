using System.Net;

namespace Posthouse.Remotes.Definition;

/// <summary>
/// One address of a host that DNS names for a domain (RFC 5321 section 5.1), and how it is spoken to. Immutable; equal values are one
/// exchanger, whose connections may carry mail for all domains that it serves.
/// </summary>
public sealed record MailExchangerOptions
{
    /// <summary>The name in the MX record, without a trailing dot, or an address literal in brackets. Sent as SNI unless a literal.</summary>
    public required string Name { get; init; }

    /// <summary>One of its addresses.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>TCP port, 1 to 65535. Everywhere but in a test it is 25.</summary>
    public int Port { get; init; } = 25;

    /// <summary>The address of ours to connect from, of the same family; null = the system's choice.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>What to call ourselves in EHLO: a domain or an address literal (RFC 5321 section 4.1.1.1).</summary>
    public required string HelloName { get; init; }

    /// <summary>
    /// <see cref="StartTlsPolicy.Optional"/>: TLS where it can be had, whatever the certificate, else in clear (RFC 7435).
    /// <see cref="StartTlsPolicy.Require"/>: TLS with a certificate for <see cref="Name"/>, or no delivery.
    /// </summary>
    public StartTlsPolicy StartTls { get; init; } = StartTlsPolicy.Optional;

    /// <summary>Who may vouch for it where TLS is required; null = the system's authorities.</summary>
    public RemoteAuthorities? Authorities { get; init; }

    /// <summary>Deadlines.</summary>
    public MailExchangerTimeouts Timeouts { get; init; } = new();

    /// <summary>Most open connections at any time, counted from connect to close; at least 1.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>The same as a host that an operator could have defined, so that it is served by the same pool.</summary>
    internal RemoteHostOptions AsHost(StartTlsPolicy startTls) => new()
    {
        Id = Name,
        IsExchanger = true,
        Address = [RemoteEndpoint.Tcp(Address.ToString(), Port)],
        Protocol = RemoteProtocol.Smtp,
        Concurrency = Concurrency,
        Source = Source,
        HelloName = HelloName,
        Timeout = Timeouts.Establishment,
        Timeouts = Timeouts.AsSteps,
        // A stranger's connection is not to be kept longer than the next message needs to be found.
        Limits = new RemoteLimits { Requests = 100, Idle = TimeSpan.FromSeconds(5), Age = TimeSpan.FromMinutes(5) },
        Tls = new RemoteTlsOptions
        {
            Implicit = false,
            StartTls = startTls,
            AllowInvalidCerts = startTls != StartTlsPolicy.Require,
            Authorities = Authorities,
            ServerName = Name.StartsWith('[') ? null : Name,
        },
    };
}
