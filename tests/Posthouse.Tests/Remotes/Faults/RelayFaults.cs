using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Handing a message over, up to its final dot: nothing is delivered, and all may be said again.</summary>
public class RelayFaults
{
    const string One = "relay a@example.org";
    const string Three = "relay a@example.org b@example.org c@example.org";

    static readonly string[] OneEnvelope = ["C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 250 ok"];
    static readonly string[] ToTheDot = [.. OneEnvelope, "S: 354 go", "BODY"];

    internal static readonly FaultTable Table = new(
    [
        new("R13", "421 in the middle of the envelope")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "C: DATA", "S: 250 ok", "S: 550 5.1.1 no", "S: 250 ok", "S: 421 bye"],
            ],
            Ask = Three, Gets = "permanent host, temporary transport, temporary transport", Says = "RCPT: 421 bye",
            Leaves = "cut",
        },
        new("R33", "MAIL 451")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 451 later", "S: 503 x", "S: 503 x", "C: RSET", "S: 250 ok"],
            ],
            Ask = One, Gets = "temporary host", Says = "451 later", Leaves = "kept",
        },
        new("R33", "MAIL 552")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 552 too big", "S: 503 x", "S: 503 x", "C: RSET", "S: 250 ok"],
            ],
            Ask = One, Gets = "permanent host", Says = "552 too big", Leaves = "kept",
        },
        new("R33", "MAIL 530 is about our own login")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 530 log in", "S: 503 x", "S: 503 x", "C: RSET", "S: 250 ok"],
            ],
            Ask = One, Gets = "temporary definition", Says = "530 log in", Leaves = "kept",
        },
        new("R34", "503 to MAIL on a pooled connection")
        {
            Host =
            [
                [.. Greeted, .. ToTheDot, "S: 250 ok", "C: MAIL", "C: RCPT", "C: DATA", "S: 503 hello first", "S: 503 x", "S: 503 x"],
                [.. Greeted, .. ToTheDot, "S: 250 ok"],
            ],
            Ask = One + "; " + One, Gets = "delivered; delivered", Leaves = "cut, kept",
        },
        new("R40", "452 and 552 at RCPT come later")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "C: DATA", "S: 250 ok", "S: 250 ok", "S: 452 4.5.3 too many", "S: 552 too many", "S: 354 go", "BODY", "S: 250 ok"],
            ],
            Ask = Three, Gets = "delivered, temporary host, temporary host", Leaves = "kept",
        },
        new("R43", "250 after 452 in the list")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "C: DATA", "S: 250 ok", "S: 452 4.5.3 too many", "S: 250 ok", "S: 550 5.1.1 no", "S: 354 go", "BODY", "S: 250 ok"],
            ],
            Ask = Three, Gets = "temporary host, delivered, permanent host", Leaves = "kept",
        },
        new("R44", "250 to DATA")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 250 ok"]],
            Ask = One, Gets = "temporary transport", Says = "DATA: 250 ok is no reply to it", Leaves = "cut",
        },
        new("R44", "354 to RCPT")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 354 go", "S: 354 go"]],
            Ask = One, Gets = "temporary transport", Says = "RCPT: 354 go is no reply to it", Leaves = "cut",
        },
        new("R44", "354 to MAIL")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 354 go", "S: 354 go", "S: 354 go"]],
            Ask = One, Gets = "temporary transport", Says = "MAIL: 354 go is no reply to it", Leaves = "cut",
        },
        new("R42", "One reply too many before the body")
        {
            Host = [[.. Greeted, .. OneEnvelope, "R: 354 go\r\n250 ok\r\n"]],
            Ask = One, Gets = "temporary transport", Says = "DATA: more came than the go-ahead", Leaves = "cut",
        },
        new("R42", "A reply before its command, step by step")
        {
            Host = [[.. GreetedSlowly, "C: MAIL", "R: 250 ok\r\n250 ok\r\n"]],
            Ask = One, Gets = "temporary transport", Says = "RCPT: the host closed it or spoke before it was asked",
            Leaves = "cut",
        },
        new("R47", "DATA 451")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 451 later", "C: RSET", "S: 250 ok"]],
            Ask = One, Gets = "temporary host", Says = "451 later", Leaves = "kept",
        },
        new("R47", "DATA 554")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 554 no", "C: RSET", "S: 250 ok"]],
            Ask = One, Gets = "permanent host", Says = "554 no", Leaves = "kept",
        },
        new("R48", "A refusal while the body flows")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "C: x", "S: 552 5.3.4 too big", "IGNORE"]],
            Ask = "relay-much a@example.org", Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "cut",
        },
        new("R48", "421 while the body flows")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "C: x", "S: 421 bye", "FIN", "IGNORE"]],
            Ask = "relay-much a@example.org", Gets = "temporary transport", Says = "body: 421 bye", Leaves = "cut",
        },
        new("R48", "250 while the body flows")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "C: x", "S: 250 ok", "IGNORE"]],
            Ask = "relay-much a@example.org", Gets = "temporary transport", Says = "body: 250 ok before its end", Leaves = "cut",
        },
        new("R49", "A close before the dot")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "C: x", "FIN", "IGNORE"]],
            Ask = "relay-much a@example.org", Gets = "temporary transport", Says = "body: the host closed the connection",
            Leaves = "cut",
        },
        new("R49", "A close before the dot on a pooled connection")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 250 ok", .. OneEnvelope, "FIN"], [.. Greeted, .. ToTheDot, "S: 250 ok"]],
            Ask = One + "; " + One, Gets = "delivered; delivered", Leaves = "cut, kept",
        },
        new("R50", "A host that takes no more of the body")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "DEAF"]],
            Ask = "relay-much a@example.org", Gets = "temporary transport",
            Says = "body: nothing within remote.box.timeouts.data (180s)", Leaves = "cut", After = TimeSpan.FromMinutes(3),
        },
        new("R48", "552 from a host that takes no more of the body")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "DEAF", "S: 552 5.3.4 too big"]],
            Ask = "relay-much a@example.org", Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "cut",
        },
        new("R48", "552 from a host that takes no more, not even the dot")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 354 go", "DEAF", "S: 552 5.3.4 too big"]],
            Ask = One, Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "cut",
        },
        new("R60", "354 though nobody was taken")
        {
            Host =
            [
                [.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 550 5.1.1 no", "S: 354 go", "C: .", "S: 554 nobody"],
            ],
            Ask = One, Gets = "permanent host", Says = "550 5.1.1 no", Leaves = "quit",
        },
        new("R60", "354 though nobody was taken, and then a close")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 450 later", "S: 354 go", "C: .", "FIN"]],
            Ask = One, Gets = "temporary host", Says = "450 later", Leaves = "cut",
        },
        new("R60", "354 though nobody was taken, in LMTP")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, "C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 550 5.1.1 no", "S: 354 go", "C: ."]],
            Ask = One, Gets = "permanent host", Says = "550 5.1.1 no", Leaves = "quit",
        },
        new("R61", "RSET refused")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 451 later", "C: RSET", "S: 502 what"]],
            Ask = One, Gets = "temporary host", Says = "451 later", Leaves = "cut",
        },
        new("R61", "RSET unanswered")
        {
            Host = [[.. Greeted, .. OneEnvelope, "S: 451 later", "C: RSET", "STALL"]],
            Ask = One, Gets = "temporary host", Says = "451 later", Leaves = "cut", After = TimeSpan.FromSeconds(20),
        },
        new("R64", "A command that timed out")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: DATA", "STALL"]],
            Ask = One, Gets = "temporary transport", Says = "MAIL: nothing within remote.box.timeouts.command (300s)",
            Leaves = "cut", After = TimeSpan.FromMinutes(5),
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);
}
