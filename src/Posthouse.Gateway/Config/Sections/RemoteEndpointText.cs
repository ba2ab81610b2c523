using System.Text;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Where a remote host is, as an operator writes it: one endpoint or a list of them.</summary>
static class RemoteEndpointText
{
    const string UnixStart = "unix:";

    /// <summary>What the system takes for a socket's path, its end counted.</summary>
    const int LongestPath = 107;

    static readonly ConfigType<IReadOnlyList<RemoteEndpoint>> Endpoints = ConfigTypes.FromText<RemoteEndpoint>(
        "a host such as \"mail.example\", \"mail.example:25\" or \"unix:/run/lmtp\"", TryParse).ListOf();

    public static ConfigType<RemoteAddress> Type { get; } = new(Endpoints.Name, Read, Endpoints.Form);

    /// <summary>The nodes of a value's endpoints, in their order.</summary>
    public static IReadOnlyList<TomlNode> NodesOf(TomlNode node) => node is TomlArray array ? array.Items : [node];

    static bool Read(TomlNode node, ReadScope scope, out RemoteAddress value)
    {
        value = "";
        if (!Endpoints.TryRead(node, scope, out var endpoints))
            return false;
        if (endpoints.Count == 0)
            return scope.Expected(node, Type.Name);
        value = RemoteAddress.Create([.. endpoints]);
        return true;
    }

    static bool TryParse(string text, out RemoteEndpoint endpoint)
    {
        endpoint = null!;
        if (text.StartsWith(UnixStart, StringComparison.OrdinalIgnoreCase))
        {
            var path = text[UnixStart.Length..];
            endpoint = RemoteEndpoint.Unix(path);
            return path.StartsWith('/') && path.Length > 1 && !path.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(path) <= LongestPath;
        }
        if (HostText.TryParseHost(text, out var host))
        {
            endpoint = RemoteEndpoint.Tcp(host);
            return true;
        }
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !AddressText.TryParseDecimal(text.AsSpan(colon + 1), 65535, out var port) || port == 0)
            return false;
        // An IPv6 address has colons of its own, so its port needs the brackets.
        if (!HostText.TryParseHost(text[..colon], out host) || (host.Contains(':', StringComparison.Ordinal) && host.Length == colon))
            return false;
        endpoint = RemoteEndpoint.Tcp(host, port);
        return true;
    }
}
