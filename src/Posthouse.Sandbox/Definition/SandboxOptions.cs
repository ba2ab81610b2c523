using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Sandbox;

public enum SandboxProtocol
{
    Smtp,
    Lmtp,
    Imap,
}

public enum SandboxTls
{
    None,
    StartTls,
    Implicit,
}

/// <summary>What a <see cref="SandboxServer"/> is from start to end; what may change while it runs is in accounts and faults.</summary>
public sealed record SandboxOptions
{
    public required SandboxProtocol Protocol { get; init; }

    public SandboxTls Tls { get; init; } = SandboxTls.None;

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 = any free one, kept over stop and start.</summary>
    public int Port { get; init; }

    /// <summary>Listens on this Unix socket instead, which is removed at the stop.</summary>
    public string? SocketPath { get; init; }

    public required SandboxAccounts Accounts { get; init; }

    /// <summary>Null: a self-signed one for <see cref="HostName"/>, localhost and the loopback addresses.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether the client is asked for a certificate; the dialogue names the one it shows, which is not checked.</summary>
    public bool AskForCertificate { get; init; }

    /// <summary>Whether SASL is offered, on a clear line too: it is a sandbox. On IMAP, false leaves LOGIN alone.</summary>
    public bool OfferAuth { get; init; } = true;

    /// <summary>The SASL mechanisms, in the order in which they are offered; OAUTHBEARER and XOAUTH2 are known besides.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = ["SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5"];

    /// <summary>MAIL, VRFY and EXPN need a login first: 530 5.7.0.</summary>
    public bool RequireAuth { get; init; }

    public string HostName { get; init; } = "sandbox.test";

    public bool Pipelining { get; init; } = true;

    public bool Chunking { get; init; } = true;

    /// <summary>IMAP: whether AUTHENTICATE takes an initial response (RFC 4959).</summary>
    public bool SaslIr { get; init; } = true;

    /// <summary>IMAP: whether UNAUTHENTICATE (RFC 8437) is known.</summary>
    public bool Unauthenticate { get; init; }

    /// <summary>SMTP and LMTP: what XCLIENT may tell, e.g. <c>ADDR</c>; none = XCLIENT is not known. Everybody is trusted.</summary>
    public IReadOnlyList<string> XClient { get; init; } = [];

    /// <summary>Whether every connection must begin with a PROXY header of version 2.</summary>
    public bool ProxyV2 { get; init; }

    /// <summary>Keywords or capabilities offered besides; what they do is for <see cref="SandboxFaults.OnCommand"/>.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>SIZE, in octets; a longer message is read to its end and refused with 552 5.3.4.</summary>
    public long MaxMessageSize { get; init; } = 50 << 20;

    /// <summary>For the journal's times and the fault's delay; null: the system's.</summary>
    public TimeProvider? TimeProvider { get; init; }
}
