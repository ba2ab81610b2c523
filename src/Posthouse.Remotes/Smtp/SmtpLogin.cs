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
    public static async Task<LoginVerdict> AskAsync(SmtpConnection connection, Credentials credentials, CancellationToken cancellationToken)
    {
        var offered = connection.Extensions.AuthMechanisms;
        if (LoginMechanisms.ForUser(offered, connection) is not { } mechanism)
            return new LoginVerdict(Answer.Unavailable($"login: {LoginMechanisms.Missing(offered, connection)}"));

        connection.BeginRequest(cancellationToken);
        var client = SaslClient.Create(mechanism, credentials)!;
        var reply = await SmtpSasl.RunAsync(connection, client, connection.LookupAllowance);
        connection.RequireMemory(reply, "AUTH");
        connection.EndRequest();
        if (reply.Code != 235)
            connection.CountError();
        if (reply.Code != 535)
            connection.Retire();
        return new LoginVerdict(LoginReply.Classify(reply, client.SendsSecret));
    }
}
