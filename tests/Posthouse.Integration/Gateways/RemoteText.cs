namespace Posthouse.Integration.Gateways;

/// <summary>One <c>[remote.id]</c> with its tables, as the requirement's examples have it: STARTTLS, any certificate.</summary>
sealed record RemoteText(string Id, string Protocol, int Port)
{
    public bool ImplicitTls { get; init; }

    public bool AllowInvalidCertificates { get; init; } = true;

    /// <summary>The gateway's own login, where the host wants one.</summary>
    public (string UserName, string Secret)? Auth { get; init; }

    public int Concurrency { get; init; } = 10;

    public int Requests { get; init; } = 50;

    public int CacheEntries { get; init; } = 1000;

    public override string ToString() => $$"""
        [remote."{{Id}}"]
        address = "localhost"
        port = {{Port}}
        protocol = "{{Protocol}}"
        concurrency = {{Concurrency}}
        timeout = "10s"
        lookup = true

        [remote."{{Id}}".cache]
        entries = {{CacheEntries}}
        ttl = {positive = "1d", negative = "1h"}

        [remote."{{Id}}".tls]
        implicit = {{(ImplicitTls ? "true" : "false")}}
        allow-invalid-certs = {{(AllowInvalidCertificates ? "true" : "false")}}

        [remote."{{Id}}".limits]
        errors = 3
        requests = {{Requests}}

        {{AuthTable()}}

        """;

    string AuthTable() => Auth is { } auth
        ? $"""
           [remote."{Id}".auth]
           username = "{auth.UserName}"
           secret = "{auth.Secret}"
           """
        : "";
}
