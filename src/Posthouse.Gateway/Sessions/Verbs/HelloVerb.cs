using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>HELO, EHLO (RFC 5321 section 4.1.1.1) and LHLO (RFC 2033 section 4.1).</summary>
static class HelloVerb
{
    public static ValueTask<VerbResult> HeloAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        session.IsLmtp ? new(Replies.WrongHello) : RunAsync(session, argument, isExtended: false, cancellationToken);

    public static ValueTask<VerbResult> EhloAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        session.IsLmtp ? new(Replies.WrongHello) : RunAsync(session, argument, isExtended: true, cancellationToken);

    public static ValueTask<VerbResult> LhloAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        session.IsLmtp ? RunAsync(session, argument, isExtended: true, cancellationToken) : new(Replies.WrongHello);

    static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, bool isExtended, CancellationToken cancellationToken)
    {
        if (!HelloName.TryParse(argument.Span, out var name))
            return Replies.BadArgument;
        var before = session.HeloDomain;
        session.HeloDomain = name;
        var settings = new SettingReader(session, cancellationToken);
        // A client on this machine often knows no better name than "localhost".
        var mustQualify = session.Model.Session.Ehlo.RejectNonFqdn is { } setting
            ? await settings.GetAsync(setting).ConfigureAwait(false)
            : !session.IsLoopback;
        var offer = isExtended ? await Offer.MakeAsync(session, settings).ConfigureAwait(false) : Offer.None;
        if (settings.Failure is { } failure)
        {
            SessionLog.Undecided(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, failure);
            return new VerbResult(Replies.SessionUndecided, SessionEnd.Undecided);
        }

        if (mustQualify && !HelloName.IsFullyQualified(name))
        {
            session.HeloDomain = before;
            return Replies.NotFullyQualified;
        }

        session.Phase = Phase.Ready;
        await session.ResetAsync().ConfigureAwait(false);
        session.Offer = offer;
        session.IsExtended = isExtended;
        var first = $"{session.Model.Server.HostName} greets {name}";
        return new Reply(250, null, isExtended ? [first, .. offer.Keywords()] : [first]);
    }
}
