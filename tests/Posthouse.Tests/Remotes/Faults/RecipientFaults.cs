using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Recipient checks: what is a no, and what speaks of something else. All codes: <see cref="ReplyTables"/>.</summary>
public class RecipientFaults
{
    const string Jane = "rcpt jane@example.org";

    internal static readonly FaultTable Table = new(
    [
        new("R32", "A refused MAIL")
        {
            Host =
            [
                [.. Greeted, "C: MAIL FROM:<>", "C: RCPT", "C: RSET", "S: 550 no bounces here", "S: 503 mail first", "S: 250 ok"],
            ],
            Ask = Jane, Gets = "unavailable", Says = "nothing is known of the recipient: 550 no bounces here", Leaves = "kept",
        },
        new("R32", "A refused MAIL, step by step")
        {
            Host = [[.. GreetedSlowly, "C: MAIL FROM:<>", "S: 550 no bounces here", "C: RSET", "S: 250 ok"]],
            Ask = Jane, Gets = "unavailable", Says = "nothing is known of the recipient: 550 no bounces here", Leaves = "kept",
        },
        new("R34", "503 to MAIL on a pooled connection")
        {
            Host = [[.. Greeted, .. Says("250 ok"), "C: MAIL", "C: RCPT", "C: RSET", "S: 503 hello first", "S: 503 x", "S: 250 x"], [.. Greeted, .. Says("550 5.1.1 no")]],
            Ask = Jane + "; rcpt joe@example.org", Gets = "yes; no", Leaves = "cut, kept", Keeps = (1, 1),
        },
        new("R34", "503 to MAIL on a fresh connection")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 503 hello first", "S: 503 x", "S: 250 x"]],
            Ask = Jane, Gets = "unavailable", Says = "503 hello first", Leaves = "kept",
        },
        new("R35", "250 is a yes")
        {
            Host = [[.. Greeted, .. Says("250 2.1.5 ok")]],
            Ask = Jane, Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R35", "251 is a yes")
        {
            Host = [[.. Greeted, .. Says("251 forwarded")]],
            Ask = Jane, Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R41", "A host that takes every name gives each its yes, and no more of them are kept than there is room for")
        {
            Host = [[.. Greeted, .. Says("250 ok"), .. Says("250 ok"), .. Says("250 ok")]],
            Ask = "rcpt a@example.org; rcpt b@example.org; rcpt c@example.org", Gets = "yes; yes; yes", Leaves = "kept", Keeps = (2, 0),
            Define = options => options with { Cache = options.Cache with { Entries = 2 } },
        },
        new("R36", "252 is no yes")
        {
            Host = [[.. Greeted, .. Says("252 perhaps")]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: 252 perhaps", Leaves = "kept",
        },
        new("R37", "550 5.1.1 is a no")
        {
            Host = [[.. Greeted, .. Says("550 5.1.1 unknown")]],
            Ask = Jane, Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        new("R37", "551 and 553 are a no")
        {
            Host = [[.. Greeted, .. Says("551 moved"), .. Says("553 5.1.3 what")]],
            Ask = Jane + "; rcpt joe@example.org", Gets = "no; no", Leaves = "kept", Keeps = (0, 2),
        },
        new("R38", "5.7.1 is about us")
        {
            Host = [[.. Greeted, .. Says("550 5.7.1 blocked")]],
            Ask = Jane, Gets = "refused", Says = "550 5.7.1 blocked", Leaves = "kept",
        },
        new("R38", "554 is about us")
        {
            Host = [[.. Greeted, .. Says("554 relay denied")]],
            Ask = Jane, Gets = "refused", Says = "554 relay denied", Leaves = "kept",
        },
        new("R39", "A greylist")
        {
            Host = [[.. Greeted, .. Says("450 4.2.0 greylisted")]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: 450 4.2.0 greylisted", Leaves = "kept",
        },
        new("R40", "A full mailbox is kept nowhere")
        {
            Host = [[.. Greeted, .. Says("552 5.2.2 full")]],
            Ask = Jane, Gets = "full", Says = "552 5.2.2 full", Leaves = "kept",
        },
        new("R42", "One reply too few")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 250 ok", "STALL"]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: nothing within remote.box.timeouts.command (60s)", Leaves = "cut",
            After = TimeSpan.FromSeconds(60),
        },
        new("R42", "One reply too many")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 550 5.1.1 no"]],
            Ask = Jane, Gets = "yes", Leaves = "cut", Keeps = (1, 0),
        },
        new("R42", "A reply before its command, step by step")
        {
            Host = [[.. GreetedSlowly, "C: MAIL", "R: 250 ok\r\n550 5.1.1 no\r\n"]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: the host closed it or spoke before it was asked", Leaves = "cut",
        },
        new("R44", "354 to RCPT")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 250 ok", "S: 354 go on", "S: 250 ok"]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: 354 go on", Leaves = "cut",
        },
        .. Malformed("25 OK", "2x0 ok", "666 ok", "250OK", "", " 250 ok", "-250 ok", "+250 ok", "250\tok", "\u0662\u0665\u0660 ok"),
        new("R45", "A code nobody knows counts by its first digit")
        {
            Host = [[.. Greeted, .. Says("599 no")]],
            Ask = Jane, Gets = "refused", Says = "599 no", Leaves = "kept",
        },
        new("R45", "A positive code nobody knows is no yes")
        {
            Host = [[.. Greeted, .. Says("299 ok")]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: 299 ok", Leaves = "kept",
        },
        new("R46", "250 5.1.1 is a yes")
        {
            Host = [[.. Greeted, .. Says("250 5.1.1 ok")]],
            Ask = Jane, Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R46", "550 2.1.1 is a no")
        {
            Host = [[.. Greeted, .. Says("550 2.1.1 no")]],
            Ask = Jane, Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        .. Refused("550 4.7.1 greylisted", "550 5.7.1: blocked", "550 #5.7.1 blocked", "550 (5.7.1) blocked", "550 [5.7.1] blocked"),
        new("R46", "550 4.2.2 is a full mailbox")
        {
            Host = [[.. Greeted, .. Says("550 4.2.2 full")]],
            Ask = Jane, Gets = "full", Leaves = "kept",
        },
        new("R46", "A code in brackets that names the mailbox is a no")
        {
            Host = [[.. Greeted, .. Says("550 (#5.1.1) no")]],
            Ask = Jane, Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        new("R13", "421 to RCPT")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 250 ok", "S: 421 4.3.2 bye", "FIN"]],
            Ask = Jane, Gets = "unavailable", Says = "RCPT: 421 4.3.2 bye", Leaves = "cut",
        },
        new("R61", "RSET refused after a check")
        {
            Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 250 ok", "S: 250 ok", "S: 502 what"]],
            Ask = Jane, Gets = "yes", Leaves = "cut", Keeps = (1, 0),
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);

    static IEnumerable<Fault> Refused(params string[] replies) => replies.Select(static reply => new Fault("R46", $"{reply} speaks of us")
    {
        Host = [[.. Greeted, .. Says(reply)]],
        Ask = Jane, Gets = "refused", Leaves = "kept",
    });

    static string[] Says(string reply) => ["C: MAIL FROM:<>", "C: RCPT TO:<", "C: RSET", "S: 250 ok", $"S: {reply}", "S: 250 ok"];

    static IEnumerable<Fault> Malformed(params string[] lines) => lines.Select(line => new Fault("R45", $"'{line}' is no reply")
    {
        Host = [[.. Greeted, "C: MAIL", "C: RCPT", "C: RSET", "S: 250 ok", $"S: {line}", "S: 250 ok"]],
        Ask = Jane,
        Gets = "unavailable",
        Says = "RCPT: expected a reply of remote.box.protocol smtp, got \"",
        Leaves = "cut",
    });
}
