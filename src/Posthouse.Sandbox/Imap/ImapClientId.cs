using System.Text;

namespace Posthouse.Sandbox.Imap;

/// <summary>What ID tells of a client, as Dovecot takes it from a proxy that it trusts.</summary>
static class ImapClientId
{
    public static SandboxClient? Read(IReadOnlyList<ImapToken> arguments)
    {
        SandboxClient? client = null;
        for (var i = 1; i + 1 < arguments.Count; i += 2)
        {
            var value = Encoding.ASCII.GetString(arguments[i + 1].Octets);
            client = Encoding.ASCII.GetString(arguments[i].Octets).ToLowerInvariant() switch
            {
                "x-originating-ip" => (client ?? new()) with { Address = value },
                "x-originating-port" => (client ?? new()) with { Port = value },
                "x-connected-ip" => (client ?? new()) with { LocalAddress = value },
                "x-connected-port" => (client ?? new()) with { LocalPort = value },
                _ => client,
            };
        }
        return client;
    }
}
