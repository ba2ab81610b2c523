using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Gateways;

/// <summary>The gateway in front of Dovecot, as the requirement's two examples have it: logins on IMAP, mail on LMTP.</summary>
static class DovecotGateway
{
    public static Task<GatewayProcess> StartAsync(DovecotServer dovecot, Func<RemoteText, RemoteText>? vary = null)
        => GatewayProcess.StartAsync(Config(dovecot, vary));

    public static GatewayConfig Config(DovecotServer dovecot, Func<RemoteText, RemoteText>? vary = null)
    {
        vary ??= remote => remote;
        return new GatewayConfig
        {
            Remotes = $"{vary(new RemoteText("lmtp", "lmtp", dovecot.LmtpPort))}{vary(new RemoteText("imap", "imap", dovecot.ImapPort))}",
        };
    }
}
