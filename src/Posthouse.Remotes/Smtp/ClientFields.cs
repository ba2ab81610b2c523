using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Commands;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// A client as XCLIENT tells it: each field that the host lists, so that none keeps a value of ours or of another client.
/// </summary>
static class ClientFields
{
    public static List<XClientField> Of(ClientIdentity client, IReadOnlyList<XClientName> listed) =>
        [.. listed.Order().Select(name => new XClientField(name, Value(client, name) is { } value && XClientField.CanCarry(value) ? value : null))];

    /// <summary>
    /// Whether a value that was told is not told anew; a host may then go on with the old one, as Dovecot does, to which
    /// [UNAVAILABLE] says nothing.
    /// </summary>
    public static bool WouldStick(IReadOnlyList<XClientField> told, IReadOnlyList<XClientField> next) =>
        told.Any(old => old.Value is not null && !next.Any(field => field.Name == old.Name && field.Value is not null));

    // NAME is never known: whoever asked the DNS would have to wait for it, and must then not trust it.
    static string? Value(ClientIdentity client, XClientName name) => name switch
    {
        XClientName.Proto => client.IsExtended ? "ESMTP" : "SMTP",
        XClientName.Helo => client.HelloName,
        XClientName.Login => client.Login,
        XClientName.DestAddr => client.LocalAddress is { } local ? Text(local) : null,
        XClientName.DestPort => Text(client.LocalPort),
        XClientName.Port => Text(client.Port),
        XClientName.Addr => Text(client.Address),
        _ => null,
    };

    static string Text(IPAddress address) =>
        ClientAddress.Plain(address) is { AddressFamily: AddressFamily.InterNetworkV6 } v6 ? $"IPV6:{v6}" : ClientAddress.Plain(address).ToString();

    static string? Text(int port) => port > 0 ? port.ToString(CultureInfo.InvariantCulture) : null;
}
