using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Our own login, before the first request, and after each XCLIENT. A host that will not have it is unavailable: it is our
/// definition that is wrong, not the mail.
/// </summary>
static class SmtpOwnLogin
{
    public static async Task RunAsync(SmtpConnection connection, Allowance allowance)
    {
        var host = connection.Host;
        var setting = host.Name("auth");
        var offered = connection.Extensions.AuthMechanisms;
        var credentials = host.Auth!.Credentials;
        var mechanism = LoginMechanisms.ForOwn(offered, connection, credentials.Kind)
            ?? throw new HostUnavailableException($"{setting}: {LoginMechanisms.Missing(offered, connection, credentials.Kind)}", Blame.Definition);
        connection.Attempt.Mechanism = mechanism;
        var client = SaslClient.Create(mechanism, credentials)!;
        Reply reply;
        try
        {
            reply = await SmtpSasl.RunAsync(connection, client, allowance);
        }
        catch (ConnectionLostException e) when (!connection.IsPooled)
        {
            throw new HostUnavailableException($"{setting}: {mechanism}: {e.Message}", e.Blame, e.Reply, e);
        }
        if (reply.Code != 235)
            throw new HostUnavailableException($"{setting}: {mechanism}: {reply}", reply.IsPermanent ? Blame.Definition : Blame.Transport, reply);
    }
}
