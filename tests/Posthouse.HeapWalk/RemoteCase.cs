using Posthouse.Sandbox;

namespace Posthouse.HeapWalk;

/// <summary>A remote host: its protocol, the one way of logging in that it leaves, and its TLS.</summary>
sealed record RemoteCase(string Id, SandboxProtocol Protocol, string Mechanism, SandboxTls Tls, bool SaslIr = true)
{
    public static IReadOnlyList<RemoteCase> All { get; } = [.. Enumerable.SelectMany([SandboxTls.None, SandboxTls.StartTls, SandboxTls.Implicit], Of)];

    /// <summary>Whether it takes tokens and no passwords.</summary>
    public bool TakesTokens => Mechanism is "OAUTHBEARER" or "XOAUTH2";

    /// <summary>Starts a server that is such a host.</summary>
    public async Task<SandboxServer> StartAsync(SandboxAccounts accounts)
    {
        var server = new SandboxServer(new SandboxOptions
        {
            Protocol = Protocol,
            Accounts = accounts,
            Tls = Tls,
            OfferAuth = Mechanism.Length > 0,
            Mechanisms = [Mechanism],
            SaslIr = SaslIr,
            // LOGIN would go before a proof.
            Keywords = Mechanism is "CRAM-MD5" or "SCRAM-SHA-256" ? ["LOGINDISABLED"] : [],
        });
        await server.StartAsync();
        return server;
    }

    /// <summary>Its table in a configuration.</summary>
    public string Toml(int port) => $"""
        [remote."{Id}"]
        address = "127.0.0.1"
        port = {port}
        protocol = "{Protocol.ToString().ToLowerInvariant()}"
        lookup = true
        tls.implicit = {(Tls == SandboxTls.Implicit ? "true" : "false")}
        tls.starttls = "{(Tls == SandboxTls.None ? "disable" : "require")}"
        tls.allow-invalid-certs = true
        """;

    static IEnumerable<RemoteCase> Of(SandboxTls tls)
    {
        var suffix = tls.ToString().ToLowerInvariant();
        foreach (var mechanism in (string[])["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"])
        {
            yield return new($"smtp-{mechanism.ToLowerInvariant()}-{suffix}", SandboxProtocol.Smtp, mechanism, tls);
            yield return new($"imap-{mechanism.ToLowerInvariant()}-{suffix}", SandboxProtocol.Imap, mechanism, tls);
        }
        foreach (var mechanism in (string[])["OAUTHBEARER", "XOAUTH2"])
        {
            yield return new($"smtp-{mechanism.ToLowerInvariant()}-{suffix}", SandboxProtocol.Smtp, mechanism, tls);
            yield return new($"imap-{mechanism.ToLowerInvariant()}-{suffix}", SandboxProtocol.Imap, mechanism, tls);
        }
        yield return new($"lmtp-plain-{suffix}", SandboxProtocol.Lmtp, "PLAIN", tls);
        yield return new($"imap-noir-{suffix}", SandboxProtocol.Imap, "PLAIN", tls, SaslIr: false);
        yield return new($"imap-command-{suffix}", SandboxProtocol.Imap, "", tls);
    }
}
