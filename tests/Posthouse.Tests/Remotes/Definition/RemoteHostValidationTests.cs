using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Remotes.Definition;

/// <summary>A definition that cannot work is refused when the host is made, by the property's name.</summary>
public class RemoteHostValidationTests
{
    static readonly RemoteHostOptions Smtp = new() { Id = "box", Address = "mail.example.org", Protocol = RemoteProtocol.Smtp };
    static readonly RemoteHostOptions Imap = Smtp with { Protocol = RemoteProtocol.Imap };

    static readonly (string Property, RemoteHostOptions Definition)[] Invalid =
    [
        ("Id", Smtp with { Id = " " }),
        ("Protocol", Smtp with { Protocol = (RemoteProtocol)9 }),
        ("Port", Smtp with { Port = -1 }),
        ("Port", Smtp with { Port = 65536 }),
        ("Concurrency", Smtp with { Concurrency = 0 }),
        ("Timeout", Smtp with { Timeout = TimeSpan.Zero }),
        ("Timeout", Smtp with { Timeout = Timeout.InfiniteTimeSpan }),
        ("Timeout", Smtp with { Timeout = TimeSpan.FromDays(25) }),
        ("HelloName", Smtp with { HelloName = "" }),
        ("HelloName", Smtp with { HelloName = "a\r\nMAIL FROM:<>" }),
        ("Address", Smtp with { Address = "" }),
        ("Address", Smtp with { Address = "mail.example.org:25" }),
        ("Address", Smtp with { Address = "[::1]" }),
        ("Address", Smtp with { Address = "smtp://mail.example.org" }),
        ("Address", Smtp with { Address = "mail example" }),
        ("Address", Smtp with { Address = [RemoteEndpoint.Unix("run/lmtp")] }),
        ("Address", Imap with { Address = [RemoteEndpoint.Unix("/run/imap")] }),
        ("Address", Smtp with { Address = [RemoteEndpoint.Tcp("a"), RemoteEndpoint.Tcp("A", 465)] }),
        ("Tls.StartTls", Smtp with { Tls = new RemoteTlsOptions { StartTls = (StartTlsPolicy)9 } }),
        ("Tls.Authorities", Smtp with { Tls = new RemoteTlsOptions { Authorities = new RemoteAuthorities([]) } }),
        ("Tls.ServerName", Smtp with { Tls = new RemoteTlsOptions { ServerName = "" } }),
        ("Tls.Pins", Smtp with { Tls = new RemoteTlsOptions { Pins = ["sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] } }),
        ("Tls.Pins", Smtp with { Tls = new RemoteTlsOptions { Pins = ["AAAA"] } }),
        ("Tls.Certificate", Smtp with { Tls = new RemoteTlsOptions { Certificate = new RemoteCertificate(CertificateWithoutKey()) } }),
        ("Auth", Imap with { Auth = new RemoteAuthOptions("relay", "mule") }),
        ("Auth.UserName", Smtp with { Auth = new RemoteAuthOptions("", "mule") }),
        ("Limits.Errors", Smtp with { Limits = new RemoteLimits { Errors = 0 } }),
        ("Limits.Requests", Smtp with { Limits = new RemoteLimits { Requests = 0 } }),
        ("Limits.Idle", Smtp with { Limits = new RemoteLimits { Idle = TimeSpan.Zero } }),
        ("Limits.Age", Smtp with { Limits = new RemoteLimits { Age = TimeSpan.FromSeconds(-2) } }),
        ("Limits.Warm", Smtp with { Limits = new RemoteLimits { Warm = -1 } }),
        ("Limits.Warm", Smtp with { Concurrency = 2, Limits = new RemoteLimits { Warm = 3 } }),
        ("Cache.Entries", Smtp with { Cache = new RemoteCacheOptions { Entries = -1 } }),
        ("Cache.Positive", Smtp with { Cache = new RemoteCacheOptions { Positive = TimeSpan.FromSeconds(-1) } }),
        ("Cache.Negative", Smtp with { Cache = new RemoteCacheOptions { Negative = TimeSpan.FromSeconds(-1) } }),
        ("Cache.LoginNegative", Smtp with { Cache = new RemoteCacheOptions { LoginNegative = TimeSpan.FromSeconds(-1) } }),
        ("Cache.Stale", Smtp with { Cache = new RemoteCacheOptions { Stale = TimeSpan.FromSeconds(-1) } }),
        ("Cache.Refresh", Smtp with { Cache = new RemoteCacheOptions { Refresh = TimeSpan.Zero } }),
        ("Timeouts.Command", Smtp with { Timeouts = new RemoteTimeouts { Command = TimeSpan.Zero } }),
        ("Timeouts.Data", Smtp with { Timeouts = new RemoteTimeouts { Data = TimeSpan.Zero } }),
        ("Timeouts.Dot", Smtp with { Timeouts = new RemoteTimeouts { Dot = TimeSpan.Zero } }),
        ("Login.Rewrite", Smtp with { Login = new RemoteLoginOptions { Rewrite = (LoginRewrite)9 } }),
        ("Login.Domains", Smtp with { Login = new RemoteLoginOptions { Domains = ["Example.org"] } }),
        ("Login.Domains", Smtp with { Login = new RemoteLoginOptions { Domains = [""] } }),
        ("ForwardClient", Smtp with { ForwardClient = (ForwardClient)9 }),
        ("ForwardClient", Smtp with { ForwardClient = ForwardClient.ImapId }),
        ("ForwardClient", Imap with { ForwardClient = ForwardClient.XClient }),
        ("Breaker.Failures", Smtp with { Breaker = new RemoteBreakerOptions { Failures = 0 } }),
        ("Breaker.Cooldown", Smtp with { Breaker = new RemoteBreakerOptions { Cooldown = TimeSpan.Zero } }),
    ];

    static readonly RemoteHostOptions[] Valid =
    [
        Smtp,
        Imap with { ForwardClient = ForwardClient.ImapId },
        Imap with { ForwardClient = ForwardClient.ProxyV2 },
        Smtp with { ForwardClient = ForwardClient.XClient, Auth = new RemoteAuthOptions("relay", "") },
        Smtp with { Protocol = RemoteProtocol.Lmtp, Address = [RemoteEndpoint.Unix("/run/lmtp"), RemoteEndpoint.Tcp("::1"), RemoteEndpoint.Tcp("::1", 2424)] },
        Smtp with { Port = 65535, Concurrency = 1, Limits = new RemoteLimits { Errors = 1, Requests = 1, Warm = 1 }, HelloName = "[192.0.2.1]" },
        Smtp with { Timeout = TimeSpan.FromTicks(1), Timeouts = new RemoteTimeouts { Command = TimeSpan.FromDays(24) } },
        Smtp with { Cache = new RemoteCacheOptions { Entries = 0, Positive = TimeSpan.Zero, Negative = TimeSpan.Zero, LoginNegative = TimeSpan.Zero } },
        Smtp with { Cache = new RemoteCacheOptions { Positive = TimeSpan.MaxValue, Stale = TimeSpan.MaxValue, Refresh = TimeSpan.MaxValue } },
        Smtp with { Tls = new RemoteTlsOptions { ServerName = "imap.example.org", Pins = ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] } },
        Smtp with { Login = new RemoteLoginOptions { Domains = ["example.org"] } },
    ];

    public static TheoryData<int> InvalidRows => [.. Enumerable.Range(0, Invalid.Length)];

    public static TheoryData<int> ValidRows => [.. Enumerable.Range(0, Valid.Length)];

    [Theory]
    [MemberData(nameof(InvalidRows))]
    public void A_definition_out_of_range_is_refused_by_its_property(int row)
    {
        var (property, definition) = Invalid[row];

        var fault = Assert.Throws<ArgumentException>(() => new RemoteHost(definition));

        Assert.Contains($": {property} must be ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mule", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ValidRows))]
    public void A_definition_at_its_bounds_is_taken(int row) => Valid[row].ThrowIfInvalid();

    [Fact]
    public void All_faults_of_a_definition_are_told_at_once()
    {
        var fault = Assert.Throws<ArgumentException>(() => new RemoteHost(Smtp with { Concurrency = 0, Timeout = TimeSpan.Zero }));

        Assert.StartsWith(
            "The definition of the remote host 'box' is not valid: Concurrency must be at least 1; Timeout must be above zero and at most 24 days.",
            fault.Message, StringComparison.Ordinal);
    }

    static X509Certificate2 CertificateWithoutKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var whole = new CertificateRequest("CN=box", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return X509CertificateLoader.LoadCertificate(whole.RawData);
    }
}
