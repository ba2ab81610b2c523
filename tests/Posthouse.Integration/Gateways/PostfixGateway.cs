using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Gateways;

/// <summary>The gateway in front of Postfix: one smtp remote that mail, logins and questions all go to.</summary>
static class PostfixGateway
{
    public static Task<GatewayProcess> StartAsync(PostfixServer postfix, Func<RemoteText, RemoteText>? vary = null)
        => GatewayProcess.StartAsync(Config(postfix, vary));

    public static GatewayConfig Config(PostfixServer postfix, Func<RemoteText, RemoteText>? vary = null)
    {
        var smtp = new RemoteText("smtp", "smtp", postfix.Port) { Auth = (Account.RelayServer.Mailbox, Account.RelayServer.Secret) };
        return new GatewayConfig
        {
            Remotes = $"{(vary is null ? smtp : vary(smtp))}",
            Logins = "remote/smtp",
            Recipients = "remote/smtp",
            NextHop = "smtp",
        };
    }
}
