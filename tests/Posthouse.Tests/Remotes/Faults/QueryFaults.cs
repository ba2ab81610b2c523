using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>VRFY and EXPN.</summary>
public class QueryFaults
{
    internal static readonly FaultTable Table = new(
    [
        new("R68", "VRFY 250 is a yes")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 250 <jane@example.org>"]],
            Ask = "vrfy jane", Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R68", "VRFY 252 is not known")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 252 try it"]],
            Ask = "vrfy jane", Gets = "unavailable", Says = "VRFY: 252 try it", Leaves = "kept",
        },
        new("R68", "VRFY 550 is a no")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 550 no"]],
            Ask = "vrfy jane", Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        new("R68", "VRFY 551 is a no")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 551 no"]],
            Ask = "vrfy jane", Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        new("R68", "VRFY 553 is ambiguous")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 553 which"]],
            Ask = "vrfy jane", Gets = "unavailable", Says = "VRFY: 553 which", Leaves = "kept",
        },
        new("R68", "VRFY 502 is not asked by RCPT instead")
        {
            Host = [[.. Greeted, "C: VRFY jane", "S: 502 what"]],
            Ask = "vrfy jane", Gets = "unavailable", Says = "VRFY: 502 what", Leaves = "kept",
        },
        new("R68", "EXPN 504 is not asked by RCPT instead")
        {
            Host = [[.. Greeted, "C: EXPN staff", "S: 504 what"]],
            Ask = "expn staff", Gets = "unavailable", Says = "EXPN: 504 what", Leaves = "kept",
        },
        new("R69", "EXPN of more lines than a reply can have is none")
        {
            Host = [[.. Greeted, "C: EXPN staff", .. Enumerable.Repeat("S: 250-a@example.org", 129)]],
            Ask = "expn staff", Gets = "unavailable", Says = "more than 128 lines", Leaves = "cut",
        },
        new("R69", "EXPN of 128 lines is whole")
        {
            Host = [[.. Greeted, "C: EXPN staff", .. Enumerable.Repeat("S: 250-a@example.org", 127), "S: 250 z@example.org"]],
            Ask = "expn staff", Gets = "yes", Leaves = "kept", Keeps = (1, 0),
        },
        new("R69", "EXPN of lines that end in a bare LF is none")
        {
            Host = [[.. Greeted, "C: EXPN staff", "R: 250-a\n250 b\r\n"]],
            Ask = "expn staff", Gets = "unavailable", Says = "a bare CR or LF", Leaves = "cut",
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);
}
