using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Proxying;

namespace Posthouse.Remotes.Conversations;

/// <summary>
/// The PROXY header of a host that wants one, before TLS and before the host's greeting. Without a client it says LOCAL, since such a host
/// takes no connection without a header.
/// </summary>
static class ProxyPreamble
{
    public static async Task SendAsync(HostConnection connection, ClientIdentity? client)
    {
        if (connection.Host.ForwardClient != ForwardClient.ProxyV2)
            return;
        HeaderOf(client).Write(connection.Wire.Output);
        await connection.Wire.FlushAsync(Allowance.Outer, "PROXY header");
    }

    static ProxyHeader HeaderOf(ClientIdentity? client)
    {
        if (client is null)
            return default;
        var source = ClientAddress.Plain(client.Address);
        var unknown = source.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        var destination = client.LocalAddress is { } local ? ClientAddress.Plain(local) : unknown;
        return new ProxyHeader(new IPEndPoint(source, client.Port), new IPEndPoint(destination, client.LocalPort));
    }
}
