using System.Buffers;
using System.Buffers.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Imap;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Imap;

/// <summary>
/// Checks a user's login by AUTHENTICATE (RFC 9051 section 6.2.2), or a password by LOGIN where no mechanism is of use. Only a complete refusal
/// leaves a connection that may serve the next user at once, and a success one that may after
/// <see cref="HostConnection.TidyAsync"/>.
/// </summary>
static class ImapLogin
{
    /// <param name="connection">Between requests.</param>
    /// <param name="credentials">The user's.</param>
    /// <param name="client">On whose behalf, for a host that is to be told.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    public static async Task<LoginVerdict> AskAsync(
        ImapConnection connection, Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken)
    {
        connection.BeginRequest(cancellationToken);
        await ImapClientId.SayAsync(connection, client, connection.LookupAllowance);
        var offered = connection.Capabilities!;
        var mechanism = LoginMechanisms.ForUser(offered.AuthMechanisms, connection, credentials.Kind);
        var mayUseCommand = credentials.Kind == CredentialKind.Password && !offered.LoginDisabled && connection.MaySaySecret;
        if (mechanism is null && !mayUseCommand)
        {
            connection.EndRequest();
            var missing = LoginMechanisms.Missing(offered.AuthMechanisms, connection, credentials.Kind);
            return new LoginVerdict(Answer.Unavailable($"login: {missing}, and LOGIN may not be used"));
        }

        var tag = connection.NextTag();
        // As with AUTH: where the line hides the secret, what always works goes before a proof, which a stored hash may not allow.
        var isCommand = mayUseCommand && (mechanism is null || (mechanism is "SCRAM-SHA-256" or "CRAM-MD5" && (connection.IsEncrypted || connection.IsLocal)))
            && ImapCommandWriter.TryLogin(connection.Wire.Output, tag, credentials);
        if (!isCommand && mechanism is null)
        {
            connection.EndRequest();
            return new LoginVerdict(
                Answer.Unavailable("login: the host offers only LOGIN, which cannot carry this name or secret") with { Source = AnswerSource.Local });
        }
        connection.IsSayingLogin = true;
        var login = isCommand ? null : SaslClient.Create(mechanism!, credentials)!;
        var answer = login is null
            ? await connection.CommandAsync(true, tag, "LOGIN", connection.LookupAllowance)
            : await AuthenticateAsync(connection, tag, login);
        if (answer.Kind == ImapResponseKind.Continuation)
            throw connection.Wire.Garbled("LOGIN: a continuation request where none can stand");
        var verdict = LoginResponse.Classify(answer, login?.SendsSecret ?? true);
        if (answer.Kind != ImapResponseKind.Ok)
            connection.CountError();
        if (verdict.Answer.Kind == AnswerKind.Yes)
            connection.BelongToUser();
        else if (verdict.Answer.Kind != AnswerKind.No)
            connection.Retire();
        connection.IsSayingLogin = false;
        connection.EndRequest();
        return verdict;
    }

    static async Task<ImapResponse> AuthenticateAsync(ImapConnection connection, string tag, SaslClient client)
    {
        var response = new ArrayBufferWriter<byte>(512);
        try
        {
            // RFC 4959 section 3: one that would make the command too long waits for the host to ask.
            var rides = connection.Capabilities!.SaslIr && client.HasInitialResponse && client.TryRespond(default, response)
                && " AUTHENTICATE  \r\n".Length + tag.Length + client.Mechanism.Length + Base64.GetMaxEncodedToUtf8Length(response.WrittenCount)
                    <= ImapCommandWriter.MaxLine;
            var written = ImapCommandWriter.TryAuthenticate(connection.Wire.Output, tag, client.Mechanism, rides ? response.WrittenSpan : default, rides);
            if (rides)
                response.Clear();
            var answer = await connection.CommandAsync(written, tag, "AUTHENTICATE", connection.LookupAllowance);
            for (var challenges = 0; answer.Kind == ImapResponseKind.Continuation; challenges++)
            {
                if (client.IsSlow)
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                var answered = challenges < SaslChallenge.Most && SaslChallenge.TryAnswer(client, answer.Text, response);
                written = ImapCommandWriter.TrySaslResponse(connection.Wire.Output, response.WrittenSpan, cancel: !answered);
                response.Clear();
                connection.Wire.RequireSilence("AUTHENTICATE");
                answer = await connection.CommandAsync(written, tag, "AUTHENTICATE", connection.LookupAllowance);
                if (!answered)
                    throw connection.Wire.Garbled($"AUTHENTICATE {client.Mechanism}: a challenge that is not one, cancelled: {LoginResponse.Text(answer)}");
            }
            return answer.Kind == ImapResponseKind.Ok && (!client.IsComplete || response.WrittenCount > 0)
                ? throw connection.Wire.Garbled($"AUTHENTICATE {client.Mechanism}: a success before the login was said or after it was refused, not believed")
                : answer;
        }
        finally
        {
            response.Clear();
        }
    }
}
