using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Handing a message over while it comes in.</summary>
public class LiveRelayFaults
{
    const string One = "relay-live a@example.org";
    const string Two = "relay-live a@example.org b@example.org";

    static readonly string[] Opening = ["C: MAIL", "C: RCPT", "S: 250 ok", "S: 252 ok"];
    static readonly string[] ToTheDot = [.. Opening, "C: DATA", "S: 354 go", "BODY"];

    internal static readonly FaultTable Table = new(
    [
        new("R13", "421 at a later RCPT leaves those before to be tried again")
        {
            Host = [[.. Greeted, .. Opening, "C: RCPT", "S: 421 bye"]],
            Ask = Two, Gets = "temporary transport, temporary transport", Says = "RCPT: 421 bye", Leaves = "cut",
        },
        new("R33", "MAIL 451")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 451 later", "S: 503 x", "C: RSET", "S: 250 ok"]],
            Ask = Two, Gets = "temporary host, temporary host", Says = "451 later", Leaves = "kept",
        },
        new("R33", "MAIL 550 speaks for every recipient, and is not kept of any")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 550 5.1.1 no such sender", "S: 503 x", "C: RSET", "S: 250 ok"]],
            Ask = Two, Gets = "permanent host, permanent host", Says = "no such sender", Leaves = "kept",
        },
        new("R33", "MAIL 530 is about our own login")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 530 log in", "S: 503 x", "C: RSET", "S: 250 ok"]],
            Ask = One, Gets = "temporary host", Says = "530 log in", Leaves = "kept",
        },
        new("R34", "503 to MAIL on a pooled connection")
        {
            Host =
            [
                [.. Greeted, "C: VRFY", "S: 252 x", "C: MAIL", "C: RCPT", "S: 503 hello first"],
                [.. Greeted, .. ToTheDot, "S: 250 ok"],
            ],
            Ask = $"vrfy a; {One}", Gets = "unavailable; delivered", Leaves = "cut, kept",
        },
        new("R63", "A pooled connection that is closed at MAIL is replaced once")
        {
            Host =
            [
                [.. Greeted, "C: VRFY", "S: 252 x", "C: MAIL", "C: RCPT", "FIN"],
                [.. Greeted, .. ToTheDot, "S: 250 ok"],
            ],
            Ask = $"vrfy a; {One}", Gets = "unavailable; delivered", Leaves = "cut, kept",
        },
        new("R35", "250 to RCPT is kept, and so is a no that names the mailbox")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "S: 250 ok", "C: RCPT", "S: 550 5.1.1 no", "C: DATA", "S: 354 go", "BODY", "S: 250 ok"]],
            Ask = Two, Gets = "delivered, permanent host", Keeps = (1, 1), Leaves = "kept",
        },
        new("R40", "A recipient too many, told as 552 5.5.3")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "S: 250 ok", "C: RCPT", "S: 552 5.5.3 too many", "C: DATA", "S: 354 go", "BODY", "S: 250 ok"]],
            Ask = Two, Gets = "delivered, temporary host", Says = "552 5.5.3 too many", Leaves = "kept", Keeps = (1, 0),
        },
        new("R40", "A recipient too many, told as a bare 552")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "S: 250 ok", "C: RCPT", "S: 552 enough", "C: DATA", "S: 354 go", "BODY", "S: 250 ok"]],
            Ask = Two, Gets = "delivered, temporary host", Says = "552 enough", Leaves = "kept", Keeps = (1, 0),
        },
        new("R37", "A bare 550 may mean the sender")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "S: 550 no", "C: RCPT", "S: 550 5.1.0 bad sender", "C: RSET", "S: 250 ok"]],
            Ask = Two, Gets = "permanent host, permanent host", Leaves = "kept",
        },
        new("R40", "One too many")
        {
            Host = [[.. Greeted, .. Opening, "C: RCPT", "S: 452 4.5.3 enough", "C: DATA", "S: 354 go", "BODY", "S: 250 ok"]],
            Ask = Two, Gets = "delivered, temporary host", Says = "452 4.5.3 enough", Leaves = "kept",
        },
        new("R44", "354 to RCPT")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "S: 354 go"]],
            Ask = One, Gets = "temporary transport", Says = "RCPT: 354 go", Leaves = "cut",
        },
        new("R44", "250 to DATA")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "S: 250 ok"]],
            Ask = One, Gets = "temporary transport", Says = "DATA: 250 ok", Leaves = "cut",
        },
        new("R42", "354 and one more")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "R: 354 go\r\n250 ok\r\n"]],
            Ask = One, Gets = "temporary transport", Says = "more came than the go-ahead", Leaves = "cut",
        },
        new("R42", "A reply before its command")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "R: 252 ok\r\n354 go\r\n"]],
            Ask = One, Gets = "temporary transport", Says = "DATA", Leaves = "cut",
        },
        new("R47", "DATA 451")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "S: 451 4.3.1 later", "C: RSET", "S: 250 ok"]],
            Ask = One, Gets = "temporary host", Says = "451 4.3.1 later", Leaves = "kept",
        },
        new("R47", "DATA 554")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "S: 554 5.7.1 no", "C: RSET", "S: 250 ok"]],
            Ask = One, Gets = "permanent host", Says = "554 5.7.1 no", Leaves = "kept",
        },
        new("R48", "552 while the body flows")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "S: 354 go", "ANY", "S: 552 5.3.4 too big", "IGNORE"]],
            Ask = "relay-live-much a@example.org", Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "cut",
        },
        new("R49", "Close before the dot")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "S: 354 go", "ANY", "FIN"]],
            Ask = "relay-live-much a@example.org", Gets = "temporary transport", Says = "body: the host closed the connection", Leaves = "cut",
        },
        new("R51", "Close after the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "FIN"]],
            Ask = One, Gets = "temporary transport maybe", Says = "final dot: the host closed the connection", Leaves = "cut",
        },
        new("R51", "421 to the dot is a no")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 421 bye"]],
            Ask = One, Gets = "temporary transport", Says = "421 bye", Leaves = "cut",
        },
        new("R54", "Silence after the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "STALL"]],
            Ask = One, Gets = "temporary transport maybe", After = Questions.LivePatience * 2, Says = "no reply to the final dot within the time for which its client is kept waiting", Leaves = "cut",
        },
        new("R3", "Silence at RCPT")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "S: 250 ok", "STALL"]],
            Ask = One, Gets = "temporary transport", After = Questions.LivePatience, Says = "RCPT: nothing within the 20s for which its client", Leaves = "cut",
        },
        new("R50", "Silence at DATA")
        {
            Host = [[.. Greeted, .. Opening, "C: DATA", "STALL"]],
            Ask = One, Gets = "temporary transport", After = Questions.LivePatience, Says = "DATA: nothing within the 20s for which its client", Leaves = "cut",
        },
        new("R57", "LMTP: the end after one of two")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, .. Opening, "C: RCPT", "S: 252 ok", "C: DATA", "S: 354 go", "BODY", "S: 250 ok", "FIN"]],
            Ask = Two, Gets = "delivered, temporary transport maybe", Says = "final dot: the host closed the connection", Leaves = "cut",
        },
        new("R59", "One final reply too many")
        {
            Host = [[.. Greeted, .. ToTheDot, "R: 250 ok\r\n250 ok\r\n"]],
            Ask = One, Gets = "delivered", Leaves = "cut",
        },
        new("R2", "Nobody is there")
        {
            Host = [],
            Ask = Two, Gets = "temporary transport, temporary transport", Says = "refused", Leaves = "", Dials = 1,
        },
        new("R48", "The host takes less than the message has")
        {
            Host = [["S: 220 box", "C: EHLO", "S: 250-box", "S: 250-PIPELINING", "S: 250 SIZE 100000", .. Opening, "C: DATA", "S: 354 go", "IGNORE"]],
            Ask = "relay-live-much a@example.org", Gets = "permanent host", Says = "100000", Leaves = "cut",
        },
    ]);

    public static TheoryData<string> Names => Table.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public Task Row(string name) => Table.PlayAsync(name);
}
