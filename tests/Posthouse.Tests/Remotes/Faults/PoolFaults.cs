using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>What a connection is good for after its first request.</summary>
public class PoolFaults
{
    const string AThenB = "vrfy a; vrfy b";

    internal static readonly FaultTable Table = new(
    [
        new("R34", "503 to VRFY on a pooled connection")
        {
            Host =
            [
                [.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "S: 503 hello first"],
                [.. Greeted, "C: VRFY b", "S: 550 no"],
            ],
            Ask = AThenB, Gets = "yes; no", Leaves = "cut, kept", Keeps = (1, 1),
        },
        new("R34", "503 to VRFY on a fresh connection")
        {
            Host = [[.. Greeted, "C: VRFY b", "S: 503 hello first"]],
            Ask = "vrfy b", Gets = "unavailable", Says = "VRFY: 503 hello first", Leaves = "kept",
        },
        new("R62", "Closed between requests")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "FIN"], [.. Greeted, "C: VRFY b", "S: 250 b"]],
            Ask = AThenB, Gets = "yes; yes", Leaves = "cut, kept", Keeps = (2, 0),
        },
        new("R62", "421 between requests")
        {
            Host = [[.. Greeted, "C: VRFY a", "R: 250 a\r\n421 bye\r\n", "FIN"], [.. Greeted, "C: VRFY b", "S: 250 b"]],
            Ask = AThenB, Gets = "yes; yes", Leaves = "cut, kept", Keeps = (2, 0),
        },
        new("R63", "Closed under the next request")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "FIN"], [.. Greeted, "C: VRFY b", "S: 250 b"]],
            Ask = AThenB, Gets = "yes; yes", Leaves = "cut, kept", Keeps = (2, 0),
        },
        new("R63", "Reset under the next request")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "RST"], [.. Greeted, "C: VRFY b", "S: 250 b"]],
            Ask = AThenB, Gets = "yes; yes", Leaves = "cut, kept", Keeps = (2, 0),
        },
        new("R63", "Closed under the next request, and the fresh one too")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "FIN"], [.. Greeted, "C: VRFY b", "FIN"]],
            Ask = AThenB, Gets = "yes; unavailable", Says = "VRFY: the host closed the connection", Leaves = "cut, cut",
            Keeps = (1, 0),
        },
        new("R63", "Closed under the next request, and no fresh one to be had")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "FIN"], PlayedHost.Refused],
            Ask = AThenB, Gets = "yes; unavailable", Says = "connect to scripted: refused", Leaves = "cut", Dials = 2,
            Keeps = (1, 0),
        },
        new("R63", "Garbage on a pooled connection is not asked for again")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "S: ok"]],
            Ask = AThenB, Gets = "yes; unavailable", Says = "got \"ok\"", Leaves = "cut", Keeps = (1, 0),
        },
        new("R64", "A question that timed out on a pooled connection")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a", "C: VRFY b", "STALL"]],
            Ask = AThenB, Gets = "yes; unavailable", Says = "VRFY: nothing within remote.box.timeouts.command (60s)",
            Leaves = "cut", Keeps = (1, 0), After = TimeSpan.FromSeconds(60),
        },
        new("R66", "As many requests as the limit says")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 250 a"], [.. Greeted, "C: VRFY b", "S: 250 b"]],
            Ask = AThenB, Gets = "yes; yes", Leaves = "quit, quit", Keeps = (2, 0),
            Define = options => options with { Limits = new RemoteLimits { Requests = 1 } },
        },
        new("R66", "As many errors as the limit says")
        {
            Host = [[.. Greeted, "C: VRFY a", "S: 550 a"], [.. Greeted, "C: VRFY b", "S: 250 b"]],
            Ask = AThenB, Gets = "no; yes", Leaves = "quit, kept", Keeps = (1, 1),
            Define = options => options with { Limits = new RemoteLimits { Errors = 1 } },
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);
}
