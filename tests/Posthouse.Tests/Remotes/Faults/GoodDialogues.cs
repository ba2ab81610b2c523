using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Each way of asking each question, whole.</summary>
static class GoodDialogues
{
    const string Jane = "login jane@example.org tulip";
    const string Token = "token jane@example.org tulip";
    const string Error = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=";
    const string Three = "relay a@example.org b@example.org c@example.org";
    const string Checks = "rcpt a@example.org b@example.org c@example.org";
    const string D = "DECIDED";

    static readonly string[] Envelope = ["C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "C: DATA", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 354 go", "BODY"];
    static readonly string[] ChunkedEnvelope = ["C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 250 ok"];
    static readonly string[] SlowEnvelope =
        ["C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok", "C: RCPT", "S: 250 ok", "C: RCPT", "S: 250 ok", "C: DATA", "S: 354 go", "BODY"];

    // 252 is a yes of which nothing is kept, so that a cut shows in the outcome alone.
    static readonly string[] LiveOpening = ["C: MAIL", "C: RCPT", "S: 250 ok", "S: 252 ok"];
    static readonly string[] LiveRest = ["C: RCPT", "S: 252 ok", "C: RCPT", "S: 252 ok", "C: DATA", "S: 354 go", "BODY"];

    public static readonly IReadOnlyList<Dialogue> All =
    [
        new("VRFY",
            [.. Greeted, "C: VRFY", "S: 250-<a@example.org>", "S: 250 <b@example.org>", D],
            "vrfy a", "yes") { Keeps = (1, 0) },
        new("VRFY with HELO",
            ["S: 220-box", "S: 220 box", "C: EHLO", "S: 502 what", "C: HELO", "S: 250 box", "C: VRFY", "S: 550 no", D],
            "vrfy a", "no") { Keeps = (0, 1) },
        new("EXPN",
            [.. Greeted, "C: EXPN", "S: 250-<a@example.org>", "S: 250 <b@example.org>", D],
            "expn a", "yes") { Keeps = (1, 0) },
        new("Two questions on one connection",
            [.. Greeted, "C: VRFY", "S: 250 a", D, "C: VRFY", "S: 550 5.1.1 no", D],
            "vrfy a; vrfy b", "yes; no") { Keeps = (1, 1) },
        new("A question after STARTTLS was refused", [.. Offering("STARTTLS"), "C: STARTTLS", "S: 454 no", "C: VRFY", "S: 250 a", D], "vrfy a", "yes")
        {
            Keeps = (1, 0), Define = options => options with { Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Optional } },
        },
        new("RCPT, pipelined",
            [.. Greeted, "C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "C: RSET", "S: 250 ok", "S: 250 2.1.5 ok", D, "S: 550 5.1.1 no", D, "S: 552 5.2.2 full", D, "S: 250 ok"],
            Checks, "yes, no, full") { Keeps = (1, 1) },
        new("RCPT, step by step",
            [.. GreetedSlowly, "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 2.1.5 ok", D, "C: RSET", "S: 250 ok", "C: MAIL", "S: 250 ok", "C: RCPT", "S: 550 5.1.1 no", D, "C: RSET", "S: 250 ok"],
            "rcpt a@example.org; rcpt b@example.org", "yes; no") { Keeps = (1, 1) },
        new("RCPT after our own login",
            [.. LoggedIn, "C: MAIL", "S: 250 ok", "C: RCPT", "S: 551 no", D, "C: RSET", "S: 250 ok"],
            "rcpt a@example.org", "no") { Keeps = (0, 1), Define = OwnLogin },
        new("RCPT after our own login by SCRAM-SHA-256",
            [.. Offering("AUTH SCRAM-SHA-256"), "C: AUTH SCRAM-SHA-256 ", "S: 334 {sasl}", "C: ", "S: 334 {sasl}", "C: ", "S: 235 ok", "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok", D, "C: RSET", "S: 250 ok"],
            "rcpt a@example.org", "yes") { Keeps = (1, 0), Define = OwnLogin, Stride = 7 },
        new("RCPT after our own login by CRAM-MD5",
            [.. Offering("AUTH CRAM-MD5"), "C: AUTH CRAM-MD5", "S: 334 {sasl}", "C: ", "S: 235 ok", "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok", D, "C: RSET", "S: 250 ok"],
            "rcpt a@example.org", "yes") { Keeps = (1, 0), Define = OwnLogin },
        new("AUTH PLAIN",
            [.. Offering("AUTH PLAIN LOGIN"), "C: AUTH PLAIN ", "S: 235 2.7.0 ok", D],
            Jane, "yes") { Keeps = (1, 0) },
        new("AUTH PLAIN, twice",
            [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 5.7.8 no", D, "C: AUTH PLAIN ", "S: 235 ok", D],
            "login joe rose; " + Jane, "no; yes") { Keeps = (1, 1) },
        new("AUTH LOGIN",
            [.. Offering("AUTH LOGIN"), "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: ", "S: 334 UGFzc3dvcmQ6", "C: ", "S: 535-5.7.8 no", "S: 535 5.7.8 no", D],
            Jane, "no") { Keeps = (0, 1) },
        new("AUTH CRAM-MD5",
            [.. Offering("AUTH CRAM-MD5"), "C: AUTH CRAM-MD5", "S: 334 {sasl}", "C: ", "S: 235 ok", D],
            Jane, "yes") { Keeps = (1, 0) },
        new("AUTH SCRAM-SHA-256",
            [.. Offering("AUTH SCRAM-SHA-256"), "C: AUTH SCRAM-SHA-256 ", "S: 334 {sasl}", "C: ", "S: 334 {sasl}", "C: ", "S: 235 ok", D],
            Jane, "yes") { Keeps = (1, 0), Stride = 7 },
        new("AUTH OAUTHBEARER",
            [.. Offering("AUTH PLAIN XOAUTH2 OAUTHBEARER"), "C: AUTH OAUTHBEARER bixhPWphbmVAZXhhbXBsZS5vcmcsAWF1dGg9QmVhcmVyIHR1bGlwAQE=", "S: 235 2.7.0 ok", D],
            Token, "yes") { Keeps = (1, 0) },
        new("AUTH OAUTHBEARER, refused and again",
            [.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER ", $"S: 334 {Error}", "C: AQ==", "S: 535 5.7.8 no", D, "C: AUTH OAUTHBEARER ", "S: 235 ok", D],
            "token joe@example.org rose; " + Token, "no; yes") { Keeps = (1, 1) },
        new("AUTH OAUTHBEARER, asked for, since the token is long",
            [.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER", "S: 334 ", "C: bixhPWphbmVAZXhhbXBsZS5vcmcsAWF1dGg9QmVhcmVyI", $"S: 334 {Error}", "C: AQ==", "S: 535 no", D],
            $"token jane@example.org {new string('x', 600)}", "no") { Keeps = (0, 1) },
        new("AUTH XOAUTH2",
            [.. Offering("AUTH PLAIN XOAUTH2"), "C: AUTH XOAUTH2 dXNlcj1qYW5lQGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIHR1bGlwAQE=", $"S: 334 {Error}", "C: ", "S: 535-5.7.8 no", "S: 535 5.7.8 no", D],
            Token, "no") { Keeps = (0, 1) },
        new("SMTP, pipelined",
            [.. Greeted, .. Envelope, "S: 250-2.0.0 queued", "S: 250 2.0.0 as 1", D, D, D],
            Three, "delivered, delivered, delivered"),
        new("SMTP, step by step",
            [.. GreetedSlowly, .. SlowEnvelope, "S: 451 4.3.0 later", D, D, D],
            Three, "temporary host, temporary host, temporary host"),
        new("LMTP, pipelined",
            [.. LmtpGreeted, .. Envelope, "S: 250 ok", D, "S: 550 5.2.1 no", D, "S: 452 4.2.2 full", D],
            Three, "delivered, permanent host, temporary host") { Protocol = RemoteProtocol.Lmtp },
        new("LMTP, step by step",
            ["S: 220 box", "C: LHLO", "S: 250 box", .. SlowEnvelope, "S: 250 ok", D, "S: 250 ok", D, "S: 250 ok", D],
            Three, "delivered, delivered, delivered") { Protocol = RemoteProtocol.Lmtp },
        new("SMTP by BDAT",
            [.. GreetedForChunks, .. ChunkedEnvelope, "C: BDAT 17 LAST", "S: 250-2.0.0 queued", "S: 250 2.0.0 as 1", D, D, D],
            Three, "delivered, delivered, delivered"),
        new("SMTP by BDAT, step by step",
            [.. Offering("CHUNKING"), "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok", "C: BDAT 17 LAST", "S: 451 4.3.0 later", D, "C: RSET", "S: 250 ok"],
            "relay a@example.org", "temporary host"),
        new("SMTP by BDAT, in several chunks",
            [.. GreetedForChunks, .. ChunkedEnvelope, "C: BDAT 65536", "C: BDAT 65536", "C: BDAT 65536", "S: 250 ok", "S: 250 2.0.0 65536 octets", "S: 250 ok", "C: BDAT 3392 LAST", "S: 250 ok", D, D, D],
            "relay-much a@example.org b@example.org c@example.org", "delivered, delivered, delivered") { Stride = 3 },
        new("LMTP by BDAT",
            [.. LmtpGreetedForChunks, .. ChunkedEnvelope, "C: BDAT 17 LAST", "S: 250 ok", D, "S: 550 5.2.1 no", D, "S: 452 4.2.2 full", D, "C: RSET", "S: 250 ok"],
            Three, "delivered, permanent host, temporary host") { Protocol = RemoteProtocol.Lmtp },
        new("A live relay, pipelined",
            [.. Greeted, .. LiveOpening, .. LiveRest, "S: 250-2.0.0 queued", "S: 250 2.0.0 as 1", D, D, D],
            "relay-live a@example.org b@example.org c@example.org", "delivered, delivered, delivered"),
        new("A live relay, step by step",
            [.. GreetedSlowly, "C: MAIL", "S: 250 ok", "C: RCPT", "S: 252 ok", .. LiveRest, "S: 554 5.6.0 no", D, D, D],
            "relay-live a@example.org b@example.org c@example.org", "permanent host, permanent host, permanent host"),
        new("A live relay by LMTP",
            [.. LmtpGreeted, .. LiveOpening, .. LiveRest, "S: 250 ok", D, "S: 550 5.2.1 no", D, "S: 452 4.2.2 full", D],
            "relay-live a@example.org b@example.org c@example.org", "delivered, permanent host, temporary host") { Protocol = RemoteProtocol.Lmtp },
        new("AUTHENTICATE PLAIN",
            [.. ImapGreeted, "C: ", "S: * CAPABILITY IMAP4rev1", "S: {tag} OK [CAPABILITY IMAP4rev1 IDLE] in", D],
            Jane, "yes") { Protocol = RemoteProtocol.Imap, Keeps = (1, 0) },
        new("AUTHENTICATE PLAIN, asked for, twice",
            ["S: * OK hello", "C: ", "S: * CAPABILITY IMAP4rev1 AUTH=PLAIN", "S: {tag} OK done", "C: ", "S: + ", "C: ", "S: {tag} NO [AUTHENTICATIONFAILED] no", D, "C: ", "S: + ", "C: ", "S: {tag} OK in", D],
            "login joe rose; " + Jane, "no; yes") { Protocol = RemoteProtocol.Imap, Keeps = (1, 1) },
        new("AUTHENTICATE OAUTHBEARER, refused and again",
            [.. ImapOffering("SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER"), "C: ", $"S: + {Error}", "C: AQ==", "S: {tag} NO [AUTHENTICATIONFAILED] no", D, "C: ", "S: {tag} OK in", D],
            "token joe@example.org rose; " + Token, "no; yes") { Protocol = RemoteProtocol.Imap, Keeps = (1, 1) },
        new("AUTHENTICATE XOAUTH2, asked for",
            [.. ImapOffering("AUTH=XOAUTH2"), "C: ", "S: + ", "C: dXNlcj1qYW5lQGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIHR1bGlwAQE=", $"S: + {Error}", "C: ", "S: {tag} NO no", D],
            Token, "no") { Protocol = RemoteProtocol.Imap, Keeps = (0, 1) },
        new("LOGIN",
            [.. ImapOffering("IDLE"), "C: ", "S: {tag} NO wrong", D],
            Jane, "no") { Protocol = RemoteProtocol.Imap, Keeps = (0, 1) },
    ];

    static RemoteHostOptions OwnLogin(RemoteHostOptions options) => options with { Auth = new RemoteAuthOptions("relay", "mule") };
}
