using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Checks a user's login. Only a complete refusal leaves a connection that may serve the next user; after a success it belongs to
/// the user who logged in, and after anything else a late reply could be taken for somebody else's.
/// </summary>
static class SmtpLogin
{
    /// <param name="connection">Between requests.</param>
    /// <param name="credentials">The user's.</param>
    /// <param name="client">On whose behalf, for a host that is to be told.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    public static async Task<LoginVerdict> AskAsync(
        SmtpConnection connection, Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken)
    {
        connection.BeginRequest(cancellationToken);
        // Nobody is logged in before a login, whatever else is known of the client.
        await SmtpXClient.AnnounceAsync(connection, client is null ? null : client with { Login = null }, connection.LookupAllowance);
        var offered = connection.Extensions.AuthMechanisms;
        if (LoginMechanisms.ForUser(offered, connection, credentials.Kind) is not { } mechanism)
        {
            connection.EndRequest();
            return new LoginVerdict(Answer.Unavailable($"login: {LoginMechanisms.Missing(offered, connection, credentials.Kind)}"));
        }

        var login = SaslClient.Create(mechanism, credentials)!;
        var reply = await SmtpSasl.RunAsync(connection, login, connection.LookupAllowance);
        connection.RequireMemory(reply, "AUTH");
        connection.EndRequest();
        if (reply.Code != 235)
            connection.CountError();
        if (reply.Code != 535)
            connection.Retire();
        return new LoginVerdict(LoginReply.Classify(reply, login.SendsSecret));
    }
}
