using System.Globalization;
using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Sessions;

enum AuthOffer
{
    /// <summary>No mechanism or no lookup is configured.</summary>
    None,

    /// <summary>There would be one, but not in clear text.</summary>
    NeedsTls,

    Offered,
}

/// <summary>The service extensions of one EHLO or LHLO. Only what is announced is taken later.</summary>
sealed record Offer
{
    public static Offer None { get; } = new();

    public EnvelopeExtensions Envelope { get; init; }
    public bool Pipelining { get; init; }
    public bool Chunking { get; init; }
    public bool StartTls { get; init; }
    public long MaxSize { get; init; }
    public int MaxRecipients { get; init; }
    public int MaxMessages { get; init; }
    public AuthOffer Auth { get; init; }

    /// <summary>In upper case, known to <see cref="SaslServer"/>.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = [];

    public IReadOnlyList<string> Keywords()
    {
        List<string> words = ["8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
        if (Pipelining)
            words.Insert(0, "PIPELINING");
        words.Add(string.Create(CultureInfo.InvariantCulture, $"SIZE {MaxSize}"));
        if (Chunking)
            words.Add("CHUNKING");
        if (Envelope.HasFlag(EnvelopeExtensions.Dsn))
            words.Add("DSN");
        if (Envelope.HasFlag(EnvelopeExtensions.RequireTls))
            words.Add("REQUIRETLS");
        words.Add(string.Create(CultureInfo.InvariantCulture, $"LIMITS RCPTMAX={MaxRecipients} MAILMAX={MaxMessages}"));
        if (StartTls)
            words.Add("STARTTLS");
        if (Auth == AuthOffer.Offered)
            words.Add($"AUTH {string.Join(' ', Mechanisms)}");
        return words;
    }

    public static async ValueTask<Offer> MakeAsync(SessionState session, SettingReader settings)
    {
        var extensions = session.Model.Session.Extensions;
        var (rcpt, data) = (session.Model.Session.Rcpt, session.Model.Session.Data);
        var mechanisms = (await settings.GetAsync(session.Model.Session.Auth.Mechanisms).ConfigureAwait(false) ?? []).Where(IsKnown).ToList();
        var auth = mechanisms.Count == 0 ? AuthOffer.None : await OfferAuthAsync(session, settings).ConfigureAwait(false);
        var dsn = await settings.GetAsync(extensions.Dsn).ConfigureAwait(false);
        var requireTls = session.Tls is not null && await settings.GetAsync(extensions.RequireTls).ConfigureAwait(false);
        return new()
        {
            // BINARYMIME is never announced: a queued body is CRLF text, so that any next hop can take it.
            Envelope = EnvelopeExtensions.Size | EnvelopeExtensions.EightBitMime | EnvelopeExtensions.SmtpUtf8
                | (dsn ? EnvelopeExtensions.Dsn : EnvelopeExtensions.None)
                | (requireTls ? EnvelopeExtensions.RequireTls : EnvelopeExtensions.None)
                | (auth == AuthOffer.Offered ? EnvelopeExtensions.Auth : EnvelopeExtensions.None),
            Pipelining = await settings.GetAsync(extensions.Pipelining).ConfigureAwait(false),
            Chunking = await settings.GetAsync(extensions.Chunking).ConfigureAwait(false),
            StartTls = session.Tls is null && session.Connection.StartTls is not null,
            MaxSize = await settings.GetAsync(data.AnnouncedSize ?? data.MaxSize).ConfigureAwait(false),
            MaxRecipients = await settings.GetAsync(rcpt.AnnouncedRecipients ?? rcpt.MaxRecipients).ConfigureAwait(false),
            MaxMessages = await settings.GetAsync(data.AnnouncedMessages ?? data.MaxMessages).ConfigureAwait(false),
            Auth = auth,
            Mechanisms = mechanisms,
        };
    }

    static async ValueTask<AuthOffer> OfferAuthAsync(SessionState session, SettingReader settings)
    {
        var auth = session.Model.Session.Auth;
        session.LoginWasAsked = false;
        var ladder = await settings.GetAsync(auth.Lookup).ConfigureAwait(false);
        // A lookup that depends on the login is not known before AUTH, and so cannot be ruled out.
        if (ladder is null or { IsNone: true } && !session.LoginWasAsked)
            return AuthOffer.None;
        if (session.Tls is not null)
            return AuthOffer.Offered;
        return session.IsLoopback && await settings.GetAsync(auth.AllowPlainText).ConfigureAwait(false) ? AuthOffer.Offered : AuthOffer.NeedsTls;
    }

    static bool IsKnown(string mechanism)
    {
        using var server = SaslServer.Create(Encoding.ASCII.GetBytes(mechanism));
        return server is not null;
    }
}
