using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Gateways;

/// <summary>The gateway in front of Postfix: one smtp remote that mail, logins and questions all go to.</summary>
static class PostfixGateway
{
    public static Task<GatewayProcess> StartAsync(PostfixServer postfix, Func<RemoteText, RemoteText>? vary = null)
        => GatewayProcess.StartAsync(Config(postfix, vary));

    public static GatewayConfig Config(PostfixServer postfix, Func<RemoteText, RemoteText>? vary = null)
    {
        vary ??= remote => remote;
        return new GatewayConfig
        {
            // A login asks on a connection of its own, so the gateway's own AUTH stands on the other remote alone.
            Remotes = $"{vary(new RemoteText("smtp", "smtp", postfix.Port) { Auth = (Account.RelayServer.Mailbox, Account.RelayServer.Secret) })}"
                + $"{vary(new RemoteText("logins", "smtp", postfix.Port))}",
            Logins = "remote/logins",
            Recipients = "remote/smtp",
            NextHop = "smtp",
        };
    }
}
