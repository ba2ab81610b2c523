using System.Net;

namespace Posthouse.Remotes.Definition;

/// <summary>What the endpoints of a definition must keep to.</summary>
static class RemoteAddressValidation
{
    public static IEnumerable<string?> Faults(RemoteHostOptions host) =>
    [
        RemoteHostValidation.Must(host.Address.All(HasPlace), "Address", "a name or an IP literal, without brackets or a port (that goes into Port), or an absolute path"),
        RemoteHostValidation.Must(host.Protocol != RemoteProtocol.Imap || host.Address.All(endpoint => endpoint.SocketPath is null),
            "Address", "TCP for an IMAP host; a Unix socket serves SMTP and LMTP"),
        RemoteHostValidation.Must(host.Address.Select(endpoint => Place(endpoint, host)).Distinct().Count() == host.Address.Count,
            "Address", "endpoints that differ"),
    ];

    static bool HasPlace(RemoteEndpoint endpoint) => endpoint.SocketPath is { } path
        ? path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal)
        : IPAddress.TryParse(endpoint.Host, out _) && !endpoint.Host.StartsWith('[') || IsName(endpoint.Host);

    // What a name may hold is for the resolver to say; these are never in one, and are what gets in by mistake.
    static bool IsName(string host) =>
        host.Length is > 0 and <= 255 && !host.Any(each => char.IsWhiteSpace(each) || char.IsControl(each) || each is ':' or '/' or '[' or ']' or '@');

    static (string, int) Place(RemoteEndpoint endpoint, RemoteHostOptions host) => endpoint.SocketPath is { } path
        ? (path, -1)
        : (endpoint.Host.ToLowerInvariant(), endpoint.Port != 0 ? endpoint.Port : host.EffectivePort);
}
