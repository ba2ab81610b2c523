using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Gateway.Sessions.Channel;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>
/// Step 3, AUTH (RFC 4954): (1) may it be; (2) the exchange, which yields a user name and a secret; (3) the lookup; (4) the reply, any but a
/// yes after <c>errors.wait</c> and, where the mechanism has one, after its last challenge. Lines and octets that held a
/// secret are wiped.
/// </summary>
static class AuthVerb
{
    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        try
        {
            // (1)
            if (session.IsAuthenticated)
                return Replies.AlreadyLoggedIn;
            if (session.Offer.Auth == AuthOffer.None)
                return Replies.AuthNotOffered;
            if (session.Offer.Auth == AuthOffer.NeedsTls)
                return Replies.AuthNeedsTls;
            if (argument.IsEmpty)
                return Replies.BadArgument;
            var (mechanism, initial) = Cut(argument);
            using var sasl = Choose(session, mechanism.Span);
            if (sasl is null)
                return Replies.AuthMechanism;

            // (2)
            var (refusal, step) = await ExchangeAsync(session, sasl, initial).ConfigureAwait(false);
            if (refusal is { } ended)
                return ended;
            session.Commands.Wipe();
            var (kind, refused) = step == SaslStep.Complete
                ? await CheckAsync(session, sasl, cancellationToken).ConfigureAwait(false)
                : (AnswerKind.No, RefusedLogin.Exchange);
            return kind switch
            {
                AnswerKind.Yes => Replies.LoggedIn,
                AnswerKind.No => await RefuseAsync(session, sasl, step, refused!, cancellationToken).ConfigureAwait(false),
                _ => await PutOffAsync(session, cancellationToken).ConfigureAwait(false),
            };
        }
        finally
        {
            session.Commands.Wipe();
            session.Login = "";
        }
    }

    static (ReadOnlyMemory<byte> Mechanism, ReadOnlyMemory<byte>? Initial) Cut(ReadOnlyMemory<byte> argument)
    {
        var blank = argument.Span.IndexOf((byte)' ');
        if (blank < 0)
            return (argument, null);
        return (argument[..blank], argument[(blank + 1)..]);
    }

    static SaslServer? Choose(SessionState session, ReadOnlySpan<byte> mechanism)
    {
        foreach (var offered in session.Offer.Mechanisms)
        {
            if (Ascii.EqualsIgnoreCase(mechanism, offered))
                return SaslServer.Create(mechanism);
        }

        return null;
    }

    /// <summary>Steps until the client's messages are complete or refused, or the exchange ended otherwise (a result).</summary>
    static async ValueTask<(VerbResult? Ended, SaslStep Step)> ExchangeAsync(SessionState session, SaslServer sasl, ReadOnlyMemory<byte>? initial)
    {
        var challenge = new ArrayBufferWriter<byte>(64);
        var step = initial is { } response ? Step(sasl, response.Span, challenge) : sasl.Step([], false, challenge);
        while (step == SaslStep.Challenge)
        {
            var line = await AskAsync(session, challenge.WrittenSpan).ConfigureAwait(false);
            challenge.ResetWrittenCount();
            if (Ended(line) is { } ended)
                return (ended, step);
            step = Step(sasl, line.Octets.Span, challenge);
        }

        if (step == SaslStep.Malformed)
            return (Replies.AuthMalformed, step);
        return (default(VerbResult?), step);
    }

    static ValueTask<InputLine> AskAsync(SessionState session, ReadOnlySpan<byte> challenge)
    {
        session.Transport.Write(Replies.Challenge(Convert.ToBase64String(challenge)));
        return session.Commands.ReadAsync(CommandReader.ResponseLimit);
    }

    /// <summary>What ends an exchange in place of a response; null where a response came.</summary>
    static VerbResult? Ended(in InputLine line) => line.Status switch
    {
        InputStatus.Line => line.Octets.Span.SequenceEqual("*"u8) ? new VerbResult(Replies.AuthCancelled) : default(VerbResult?),
        InputStatus.BareControl => new VerbResult(Replies.AuthMalformed),
        InputStatus.TooLong => new VerbResult(Replies.AuthTooLong),
        InputStatus.Closed => new VerbResult(null, SessionEnd.ClientLeft),
        InputStatus.TlsHello => new VerbResult(Replies.AuthMalformed, SessionEnd.NotSmtp),
        InputStatus.Flood => new VerbResult(Replies.AuthTooLong, SessionEnd.TooManyErrors),
        _ => new VerbResult(null, SessionEnd.TooMuchData),
    };

    /// <summary><c>"=" / base64</c>: a lone equals sign is an empty response (section 4).</summary>
    static SaslStep Step(SaslServer sasl, ReadOnlySpan<byte> response, IBufferWriter<byte> challenge)
    {
        if (response.SequenceEqual("="u8))
            return sasl.Step([], true, challenge);
        var decoded = GC.AllocateUninitializedArray<byte>(Base64Strict.MaxDecodedLength(response.Length), pinned: true);
        try
        {
            return Base64Strict.TryDecode(response, decoded, out var written)
                ? sasl.Step(decoded.AsSpan(0, written), true, challenge)
                : SaslStep.Malformed;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decoded);
        }
    }

    // (3)
    static async ValueTask<(AnswerKind Kind, RefusedLogin? Refused)> CheckAsync(SessionState session, SaslServer sasl, CancellationToken cancellationToken)
    {
        using var credentials = sasl.TakeCredentials();
        session.Login = credentials.UserName;
        var settings = new SettingReader(session, cancellationToken);
        var ladder = await settings.GetAsync(session.Model.Session.Auth.Lookup).ConfigureAwait(false);
        if (settings.Failure is { } failure)
        {
            LogUnavailable(session, credentials.UserName, "session.auth.lookup", failure);
            return (AnswerKind.Unavailable, null);
        }

        var answer = ladder.IsNone
            ? new Answer { Kind = AnswerKind.No, Source = AnswerSource.Local }
            : await session.Services.Logins.AuthenticateAsync(ladder, credentials, session.Client(), cancellationToken).ConfigureAwait(false);
        switch (answer.Kind)
        {
            case AnswerKind.Yes:
                session.AuthenticatedAs = credentials.UserName;
                session.Services.KnownLogins.Add(credentials.UserName);
                SessionLog.LoggedIn(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, credentials.UserName);
                return (answer.Kind, null);
            case AnswerKind.No:
                return (answer.Kind, RefusedLogin.Of(session.Services.KnownLogins, credentials.UserName, ladder, answer));
            default:
                LogUnavailable(session, credentials.UserName, ladder.ToString(), answer.Reason);
                return (answer.Kind, null);
        }
    }

    static void LogUnavailable(SessionState session, string user, string lookup, string reason) => SessionLog.LoginUnavailable(
        session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, session.Connection.Listener.Id,
        session.Services.KnownLogins.Shown(user), lookup, reason);

    // No sooner than a refusal, or the time would tell of a user for whom alone a host breaks down.
    static async ValueTask<VerbResult> PutOffAsync(SessionState session, CancellationToken cancellationToken)
    {
        var wait = await new SettingReader(session, cancellationToken).GetAsync(session.Model.Session.Auth.ErrorsWait).ConfigureAwait(false);
        await session.PauseAsync(wait).ConfigureAwait(false);
        return Replies.LoginUnavailable;
    }

    // (4)
    static async ValueTask<VerbResult> RefuseAsync(SessionState session, SaslServer sasl, SaslStep step, RefusedLogin refused, CancellationToken cancellationToken)
    {
        var settings = new SettingReader(session, cancellationToken);
        var total = await settings.GetAsync(session.Model.Session.Auth.ErrorsTotal).ConfigureAwait(false);
        var wait = await settings.GetAsync(session.Model.Session.Auth.ErrorsWait).ConfigureAwait(false);
        if (settings.Failure is not null)
            return Replies.LoginUnavailable;
        SessionLog.LoginRefused(
            session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, session.Connection.Listener.Id, refused.User, refused.Lookup, refused.Reason);
        await session.PauseAsync(wait).ConfigureAwait(false);
        VerbResult refusal = step == SaslStep.Unnamed ? Replies.LoginUnnamed : Replies.LoginRefused;
        // Whatever the client says to it, the login was refused, and is counted.
        if (step != SaslStep.Unnamed && !sasl.RefusalChallenge.IsEmpty)
            refusal = Ended(await AskAsync(session, sasl.RefusalChallenge).ConfigureAwait(false)) ?? refusal;
        return ++session.AuthErrors >= total && refusal.End is null ? refusal with { End = SessionEnd.TooManyErrors } : refusal;
    }
}
