using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Logins at an IMAP host.</summary>
public class ImapFaults
{
    const string Jane = "login jane@example.org tulip";
    const string Token = "token jane@example.org tulip";
    const string Error = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=";

    static readonly string[] Asked = [.. ImapGreeted, "C: "];

    static readonly string[] TokenAsked = [.. ImapOffering("SASL-IR AUTH=OAUTHBEARER"), "C: "];

    internal static readonly FaultTable Table = new(
    [
        Row("R70", "PREAUTH for a greeting", ["S: * PREAUTH welcome"], "greeting: PreAuth", "cut"),
        Row("R70", "PREAUTH in the middle", [.. Asked, "S: * PREAUTH welcome", "S: {tag} OK"], "AUTHENTICATE: PREAUTH where it cannot stand", "cut"),
        Row("R71", "BYE for a greeting", ["S: * BYE overloaded"], "greeting: Bye overloaded", "cut"),
        Row("R71", "NO for a greeting", ["S: * NO overloaded"], "greeting: No overloaded", "cut"),
        Row("R71", "A tagged greeting", ["S: a1 OK hello"], "greeting: Ok hello", "cut"),
        Row("R71", "BYE in place of the answer", [.. Asked, "S: * BYE down"], "AUTHENTICATE: BYE (the host's words are withheld", "cut"),
        Row("R71", "Junk in place of the answer", [.. Asked, "S: junk"], "AUTHENTICATE: expected a response of remote.box.protocol imap, got (the host's words are withheld", "cut"),
        Row("R71", "Junk for a greeting", ["S: junk"], "greeting: expected a response of remote.box.protocol imap, got \"junk\"", "cut"),
        Row("R72", "LOGINDISABLED and no mechanism known here", [.. ImapOffering("LOGINDISABLED AUTH=GSSAPI")], "no login mechanism known here (GSSAPI), and LOGIN may not be used", "kept"),
        Row("R74", "OK before the secret was asked for", [.. ImapOffering("AUTH=LOGIN"), "C: ", "S: {tag} OK in"], "a success before the login was said", "cut"),
        Row("R74", "OK before the secret was said", [.. ImapOffering("AUTH=LOGIN"), "C: ", "R: + VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n{tag} OK in\r\n"], "AUTHENTICATE: the host closed it or spoke before it was asked", "cut"),
        Row("R75", "OK for another tag", [.. Asked, "S: a1 OK in"], "AUTHENTICATE: an answer to a command that was not sent", "cut"),
        Row("R75", "NO for another tag", [.. Asked, "S: {tag}x NO wrong"], "AUTHENTICATE: an answer to a command that was not sent", "cut"),
        .. Refusals("NO wrong", "NO [AUTHENTICATIONFAILED] wrong", "NO [AUTHORIZATIONFAILED] wrong", "NO [EXPIRED] wrong", "NO [ALERT] wrong"),
        .. new[] { "UNAVAILABLE", "SERVERBUG", "INUSE", "LIMIT", "CONTACTADMIN", "PRIVACYREQUIRED" }
            .Select(code => Row("R77", code, [.. Asked, $"S: {{tag}} NO [{code}] later"], $"login: NO [{code}] later", "quit")),
        Row("R77", "A code that is not known", [.. Asked, "S: {tag} NO [NEWCODE] later"], "login: NO (the host's words are withheld", "quit"),
        Row("R77", "A code without an end", [.. Asked, "S: {tag} NO [AUTHENTICATIONFAILED wrong"], "AUTHENTICATE: expected a response", "cut"),
        Row("R78", "BAD", [.. Asked, "S: {tag} BAD what is AGphbmVAZXhhbXBsZS5vcmcAdHVsaXA="], "login: BAD (the host's words are withheld", "quit"),
        Row("R79", "A challenge that is not base64", [.. ImapOffering("LOGINDISABLED AUTH=CRAM-MD5"), "C: ", "S: + !", "C: *", "S: {tag} BAD cancelled"], "AUTHENTICATE CRAM-MD5: a challenge that is not one", "cut"),
        Row("R79", "Challenges without end", [.. ImapOffering("AUTH=LOGIN"), "C: ", "S: + ", "C: ", "S: + ", "C: ", "S: + ", "C: *", "S: + "], "AUTHENTICATE LOGIN: a challenge that is not one", "cut"),
        Row("R79", "Errors without end", [.. TokenAsked, $"S: + {Error}", "C: AQ==", $"S: + {Error}", "C: *", "S: {tag} BAD cancelled"], "AUTHENTICATE OAUTHBEARER: a challenge that is not one", "cut") with { Ask = Token },
        Row("R77", "UNAVAILABLE after a token's error", [.. TokenAsked, $"S: + {Error}", "C: AQ==", "S: {tag} NO [UNAVAILABLE] no issuer"], "login: NO [UNAVAILABLE] no issuer", "quit") with { Ask = Token },
        Row("R74", "OK after a token was refused", [.. TokenAsked, $"S: + {Error}", "C: AQ==", "S: {tag} OK in"], "a success before the login was said or after it was refused", "cut") with { Ask = Token },
        Row("R72", "A token where none is taken", [.. ImapGreeted], "the host offers neither OAUTHBEARER nor XOAUTH2 (PLAIN)", "kept") with { Ask = Token },
        Row("R72", "LOGIN goes before a proof on a line of our own", [.. ImapOffering("AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256"), "C: ", "S: + go on"], "LOGIN: a continuation request where none can stand", "cut"),
        Row("R79", "A continuation of LOGIN", [.. ImapOffering("X"), "C: ", "S: + go on"], "LOGIN: a continuation request where none can stand", "cut"),
        Row("R80", "More lines than an answer can have", [.. Asked, .. Enumerable.Repeat("S: * 1 EXISTS", 1001)], "more than 1000 lines or 262144 octets", "cut"),
        Row("R80", "More octets than an answer can have", [.. Asked, .. Enumerable.Repeat("S: * X " + new string('x', 8000), 40)], "more than 1000 lines or 262144 octets", "cut"),
        Row("R81", "A literal of four gigabytes", [.. Asked, "S: * X {4294967295}"], "AUTHENTICATE: expected a response", "cut"),
        Row("R81", "A million parentheses", [.. Asked, "R: * LIST " + new string('(', 1_000_000)], "a line of more than 8192 octets", "cut"),
        Row("R82", "A referral is an unknown code", [.. Asked, "S: {tag} NO [REFERRAL imap://evil/] there"], "login: NO (the host's words are withheld", "quit"),
        Row("R82", "An alert is not shown raw", [.. Asked, "R: {tag} NO [UNAVAILABLE] \u001b[2J\u0007\r\n"], "login: NO [UNAVAILABLE] ?[2J?", "quit"),
        new("R83", "BYE behind the OK")
        {
            Protocol = RemoteProtocol.Imap, Host = [[.. Asked, "R: {tag} OK in\r\n* BYE shutting down\r\n", "FIN"]], Ask = Jane, Gets = "yes", Leaves = "cut", Keeps = (1, 0),
        },
        Row("R84", "A close after the credential", [.. Asked, "FIN"], "AUTHENTICATE: the host closed the connection", "cut"),
        new("R84", "A close after the credential on a pooled connection")
        {
            Protocol = RemoteProtocol.Imap, Host = [[.. Asked, "S: {tag} NO [AUTHENTICATIONFAILED] no", "C: ", "RST"], [.. Asked, "S: {tag} OK in"]],
            Ask = "login jane@example.org rose; " + Jane, Gets = "no; yes", Leaves = "cut, quit", Keeps = (1, 0),
        },
        new("R64", "No answer within its time")
        {
            Protocol = RemoteProtocol.Imap, Host = [[.. Asked, "STALL"]], Ask = Jane, Gets = "unavailable", Leaves = "cut",
            Says = "AUTHENTICATE: nothing within remote.box.timeouts.command (60s)", After = TimeSpan.FromSeconds(60),
        },
        new("R73", "No answer to STARTTLS that could be believed")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [[.. ImapOffering("STARTTLS"), "C: ", "S: a1 OK go"]],
            Ask = Jane, Gets = "unavailable", Says = "STARTTLS: an answer to a command that was not sent", Leaves = "cut",
            Define = StartTls,
        },
        new("R73", "A continuation of STARTTLS")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [[.. ImapOffering("STARTTLS"), "C: ", "S: + go"]],
            Ask = Jane, Gets = "unavailable", Says = "STARTTLS: a continuation request where none can stand", Leaves = "cut",
            Define = StartTls,
        },
        new("R73", "NO to STARTTLS")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [[.. ImapOffering("STARTTLS"), "C: ", "S: {tag} NO not now"]],
            Ask = Jane, Gets = "unavailable", Says = "remote.box.tls.starttls is require", Leaves = "cut", Define = StartTls,
        },
        new("R73", "BAD to STARTTLS")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [[.. ImapOffering("STARTTLS"), "C: ", "S: {tag} BAD what"]],
            Ask = Jane, Gets = "unavailable", Says = "remote.box.tls.starttls is require", Leaves = "cut", Define = StartTls,
        },
        new("R73", "Capabilities in clear behind the go-ahead")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [[.. ImapOffering("STARTTLS"), "C: ", "R: {tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\na2 OK\r\n"]],
            Ask = Jane, Gets = "unavailable", Says = "octets in clear after its go-ahead for TLS", Leaves = "cut",
            Define = StartTls,
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);

    static RemoteHostOptions StartTls(RemoteHostOptions options) => options with { Tls = new RemoteTlsOptions { Implicit = false } };

    static Fault Row(string rule, string what, string[] script, string says, string leaves) =>
        new(rule, what) { Protocol = RemoteProtocol.Imap, Host = [script], Ask = Jane, Gets = "unavailable", Says = says, Leaves = leaves };

    static IEnumerable<Fault> Refusals(params string[] answers) => answers.Select(answer => new Fault("R76", answer)
    {
        Protocol = RemoteProtocol.Imap,
        Host = [[.. Asked, $"S: {{tag}} {answer}"]],
        Ask = Jane,
        Gets = "no",
        Leaves = "kept",
        Keeps = (0, 1),
    });
}
