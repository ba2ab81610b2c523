using System.Globalization;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Imap;

namespace Posthouse.Remotes.Imap;

/// <summary>
/// Tells a host on whose behalf the next login comes, by the fields of ID (RFC 2971) that Dovecot takes from its
/// <c>login_trusted_networks</c>. Dovecot heeds the first ID of a connection only, so the connection serves nobody else afterwards.
/// </summary>
static class ImapClientId
{
    /// <summary>Where Dovecot's own count of proxies begins; a loop of them ends when it is used up.</summary>
    const string ProxyHops = "5";

    /// <summary>Within a request.</summary>
    public static async Task SayAsync(ImapConnection connection, ClientIdentity? client, Allowance allowance)
    {
        if (connection.Host.ForwardClient != ForwardClient.ImapId || client is null)
            return;
        if (connection.Capabilities is not { Id: true })
            throw Refused(connection, "not offered by the host");
        connection.Retire();
        var tag = connection.NextTag();
        var answer = await connection.CommandAsync(
            ImapCommandWriter.TryId(connection.Wire.Output, tag, FieldsOf(client)), tag, "ID", allowance);
        if (answer.Kind != ImapResponseKind.Ok)
            throw Refused(connection, $"{answer.Kind} {answer.Text}");
    }

    static List<KeyValuePair<string, string?>> FieldsOf(ClientIdentity client)
    {
        List<KeyValuePair<string, string?>> fields = [new("x-originating-ip", ClientAddress.Plain(client.Address).ToString())];
        if (client.Port > 0)
            fields.Add(new("x-originating-port", client.Port.ToString(CultureInfo.InvariantCulture)));
        if (client.LocalAddress is { } local)
            fields.Add(new("x-connected-ip", ClientAddress.Plain(local).ToString()));
        if (client.LocalPort > 0)
            fields.Add(new("x-connected-port", client.LocalPort.ToString(CultureInfo.InvariantCulture)));
        fields.Add(new("x-proxy-ttl", ProxyHops));
        return fields;
    }

    static HostUnavailableException Refused(ImapConnection connection, string reason) =>
        new($"ID: {reason}; {connection.Host.Name("forward-client")} is imap-id", Blame.Definition);
}
