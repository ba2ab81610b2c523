namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>
/// STARTTLS (RFC 3207). Octets that were sent in clear behind the command end the session, and any that come later fall into
/// the handshake and break it: nothing said in clear is ever taken for something said inside TLS (CVE-2011-0411).
/// </summary>
static class StartTlsVerb
{
    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (!argument.IsEmpty)
            return Replies.NoArgument;
        if (session.Tls is not null || session.Connection.StartTls is not { } server)
            return Replies.NoStartTls;
        var transport = session.Transport;
        if (transport.HasUnread)
            return new VerbResult(Replies.OutOfTurn, SessionEnd.NotSmtp);

        transport.Write(Replies.ReadyForTls);
        await transport.FlushAsync().ConfigureAwait(false);
        if (await server.SecureAsync(transport.Pipe, cancellationToken).ConfigureAwait(false) is not { } secured)
            return new VerbResult(null, SessionEnd.TlsFailed);

        // Section 4.2: what was said before is forgotten.
        await session.ResetAsync().ConfigureAwait(false);
        session.OwnTls = secured;
        session.Tls = secured.Facts;
        transport.MoveTo(secured);
        session.Phase = session.FirstPhase;
        session.HeloDomain = "";
        session.Login = "";
        session.AuthenticatedAs = "";
        session.Offer = Offer.None;
        return new VerbResult(null);
    }
}
