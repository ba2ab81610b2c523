using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Dialling, the greeting and the hello.</summary>
public class ConnectFaults
{
    internal static readonly FaultTable Table = new(
    [
        new("R2", "A refused connect is no word about a recipient")
        {
            Host = [PlayedHost.Refused],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "refused", Leaves = "", Dials = 1,
        },
        new("R2", "A refused connect keeps a message for later")
        {
            Host = [PlayedHost.Refused],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "refused", Leaves = "", Dials = 1,
        },
        new("R3", "No greeting")
        {
            Host = [["STALL"]], Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "not established within remote.box.timeout (60s)", Leaves = "cut", After = TimeSpan.FromSeconds(59.4),
        },
        new("R3", "No IMAP greeting")
        {
            Protocol = RemoteProtocol.Imap, Host = [["STALL"]], Ask = "login jane@example.org tulip", Gets = "unavailable",
            Says = "not established within remote.box.timeout (60s)", Leaves = "cut", After = TimeSpan.FromSeconds(59.4),
        },
        new("R3", "No answer to the hello")
        {
            Host = [["S: 220 box", "C: EHLO", "STALL"]], Ask = "relay a@example.org", Gets = "temporary transport", Says = "not established within remote.box.timeout (60s)", Leaves = "cut", After = TimeSpan.FromSeconds(59.4),
        },
        new("R4", "A 554 greeting is no word about a recipient")
        {
            Host = [["S: 554 no service"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "greeting: 554 no service", Leaves = "cut",
        },
        new("R4", "A 554 greeting is no word about a login")
        {
            Host = [["S: 554 no service"]],
            Ask = "login jane@example.org tulip", Gets = "unavailable", Says = "greeting: 554 no service", Leaves = "cut",
        },
        new("R4", "A 554 greeting bounces nothing")
        {
            Host = [["S: 554 no service"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "greeting: 554 no service", Leaves = "cut",
        },
        new("R5", "A 421 greeting")
        {
            Host = [["S: 421 4.3.2 busy", "FIN"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "greeting: 421 4.3.2 busy", Leaves = "cut",
        },
        new("R5", "A 450 greeting")
        {
            Host = [["S: 450 later"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "greeting: 450 later", Leaves = "cut",
        },
        new("R6", "A greeting of too many lines")
        {
            Host = [[.. Enumerable.Repeat("S: 220-box", 129)]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "more than 128 lines", Leaves = "cut",
        },
        new("R6", "A greeting of too many octets")
        {
            Host = [[.. Enumerable.Repeat("S: 220-" + new string('x', 2000), 40)]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "more than 65536 octets", Leaves = "cut",
        },
        new("R6", "A greeting without an end")
        {
            Host = [["R: 220 " + new string('x', 5000)]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "a line of more than 2048 octets", Leaves = "cut",
        },
        new("R7", "HTTP")
        {
            Host = [["S: HTTP/1.1 400 Bad Request"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable",
            Says = "expected a reply of remote.box.protocol smtp, got \"HTTP/1.1 400 Bad Request\"", Leaves = "cut",
        },
        new("R7", "SSH")
        {
            Host = [["S: SSH-2.0-OpenSSH_9.2"]],
            Ask = "login jane@example.org tulip", Gets = "unavailable", Says = "got \"SSH-2.0-OpenSSH_9.2\"", Leaves = "cut",
        },
        new("R7", "IMAP")
        {
            Host = [["S: * OK hello"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "got \"* OK hello\"", Leaves = "cut",
        },
        new("R7", "SMTP where IMAP is meant")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [["S: 220 box ESMTP"]],
            Ask = "login jane@example.org tulip", Gets = "unavailable", Says = "got \"220 box ESMTP\"", Leaves = "cut",
        },
        new("R7", "What cannot be shown is not shown")
        {
            Host = [["R: \u001b[2J\u0007\r\n"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "got \"?[2J?\"", Leaves = "cut",
        },
        new("R8", "A second reply behind the greeting")
        {
            Host = [["R: 220 x\r\n250 y\r\n"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "greeting: more came", Leaves = "cut",
        },
        new("R8", "A second reply behind that to the hello")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 250 x", "S: 250 y"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "hello: the host closed it or spoke before it was asked",
            Leaves = "cut",
        },
        new("R8", "A second reply before our own login")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 250-x", "S: 250 AUTH PLAIN", "S: 235 you are in"]], Ask = "rcpt jane@example.org", Gets = "unavailable",
            Says = "AUTH: the host closed it or spoke before it was asked", Leaves = "cut", Define = OwnLogin,
        },
        new("R8", "A second response behind that to CAPABILITY")
        {
            Protocol = RemoteProtocol.Imap, Host = [["S: * OK hello", "C: ", "S: * CAPABILITY IMAP4rev1 AUTH=PLAIN", "R: {tag} OK done\r\n* OK more\r\n"]],
            Ask = "login jane@example.org tulip", Gets = "unavailable", Says = "spoke before it was asked", Leaves = "cut",
        },
        new("R9", "EHLO is not known and nothing needs it")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 502 what", "C: HELO", "S: 250 x", "C: VRFY jane", "S: 250 jane"]],
            Ask = "vrfy jane", Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R9", "EHLO is not known and TLS is required")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 502 what"]], Ask = "vrfy jane", Gets = "unavailable", Says = "hello: 502 what", Leaves = "cut",
            Define = options => options with { Tls = new RemoteTlsOptions { Implicit = false } },
        },
        new("R9", "EHLO is not known and we must log in")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 500 what"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "hello: 500 what", Leaves = "cut",
            Define = OwnLogin,
        },
        new("R9", "EHLO is answered by a word on us")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 554 go away"]], Ask = "vrfy jane", Gets = "unavailable", Says = "hello: 554 go away", Leaves = "cut",
        },
        new("R9", "EHLO is answered by a word on mail")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 521 none here"]], Ask = "relay a@example.org", Gets = "temporary transport", Says = "hello: 521 none here", Leaves = "cut",
        },
        new("R9", "EHLO is refused and the host closes")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 550 5.7.1 blocked, see x", "C: HELO", "FIN"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "hello: 550 5.7.1 blocked, see x", Leaves = "cut",
        },
        new("R9", "LHLO has nothing to fall back to")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [["S: 220 x", "C: LHLO", "S: 500 what"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "hello: 500 what", Leaves = "cut",
        },
        new("R10", "The hello's reply breaks off")
        {
            Host = [["S: 220 x", "C: EHLO", "R: 250-x\r\n250-PIPE", "FIN"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "hello: the host closed the connection", Leaves = "cut",
        },
        new("R10", "The hello's reply breaks off in a reset")
        {
            Host = [["S: 220 x", "C: EHLO", "R: 250-x\r\n250-PIPE", "RST"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "hello: reset by the host", Leaves = "cut",
        },
        new("R11", "A greeting of two codes")
        {
            Host = [["S: 220-a", "S: 250 b"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "got \"250 b\"", Leaves = "cut",
        },
        new("R11", "A reply of two codes")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 250-a", "S: 550 b"]],
            Ask = "vrfy jane", Gets = "unavailable", Says = "got \"550 b\"", Leaves = "cut",
        },
        new("R12", "Ten thousand keywords")
        {
            Host = [["S: 220 x", "C: EHLO", .. Enumerable.Range(0, 10_000).Select(i => $"S: 250-K{i}"), "S: 250 x"]],
            Ask = "rcpt jane@example.org", Gets = "unavailable", Says = "more than 128 lines", Leaves = "cut",
        },
        new("R12", "Keywords that are none")
        {
            Host = [["S: 220 x", "C: EHLO", "S: 250-x", "S: 250-\u00e4\u00ff", "S: 250-AUTH=PLAIN", "S: 250-SIZE 99999999999999999999999", "S: 250-", "S: 250 -", "C: VRFY jane", "S: 250 jane"]],
            Ask = "vrfy jane", Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R72", "No IMAP4 at all")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [["S: * OK [CAPABILITY IMAP2bis] hello"]],
            Ask = "login jane@example.org tulip", Gets = "unavailable", Says = "neither IMAP4rev1 nor IMAP4rev2", Leaves = "cut",
        },
        new("R72", "No login at all")
        {
            Protocol = RemoteProtocol.Imap,
            Host = [[.. ImapOffering("LOGINDISABLED")]],
            Ask = "login jane@example.org tulip", Gets = "unavailable", Says = "the host offers no login", Leaves = "kept",
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);

    static RemoteHostOptions OwnLogin(RemoteHostOptions options) => options with { Auth = new RemoteAuthOptions("jane", "tulip") };
}
