using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;

namespace Posthouse.Gateway.Config.Importing;

/// <summary>The keys of a Stalwart directory that mean the same as one of a remote.</summary>
static class DirectoryKeys
{
    public const string Tls = "tls.enable";

    /// <summary>What says it here, of a key that cannot be taken over as it is; empty where nothing does.</summary>
    public static string HintFor(string name) =>
        name == "session.auth.directory" ? "session.auth.lookup = \"remote/<id>\""
        : name == "session.rcpt.directory" ? "session.rcpt.lookup.addresses = \"remote/<id>\""
        : !name.StartsWith("directory.", StringComparison.Ordinal) ? ""
        : name.EndsWith(".lookup.domains", StringComparison.Ordinal) ? "a list, and session.rcpt.lookup.domains = \"list/<id>\""
        : name.EndsWith(".pool.timeout.create", StringComparison.Ordinal) || name.EndsWith(".pool.timeout.wait", StringComparison.Ordinal) ? "timeout"
        : "";

    /// <summary>The old name, the new one.</summary>
    public static IReadOnlyList<(string Old, KeyDescription New)> Pairs { get; } =
    [
        ("host", RemoteKeys.Address), ("address", RemoteKeys.Address), ("port", RemoteKeys.Port), ("type", RemoteKeys.Protocol),
        ("timeout", RemoteKeys.Timeout), ("pool.max-connections", RemoteKeys.Concurrency),
        ("tls.implicit", RemoteTlsKeys.Implicit), (Tls, RemoteTlsKeys.Implicit), ("tls.allow-invalid-certs", RemoteTlsKeys.AllowInvalidCerts),
        ("limits.auth-errors", RemoteKeys.LimitErrors), ("limits.rcpt", RemoteKeys.LimitRequests),
        ("cache.entries", RemoteKeys.CacheEntries), ("cache.ttl.positive", RemoteKeys.CachePositive), ("cache.ttl.negative", RemoteKeys.CacheNegative),
    ];
}
