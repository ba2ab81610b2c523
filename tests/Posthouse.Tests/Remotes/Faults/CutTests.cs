using Microsoft.Extensions.Logging;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>
/// Each good dialogue, cut at every octet that the host says. What the octets before the cut do not say is <em>unavailable</em>, at once; a
/// message is delivered where the final reply was whole, and maybe delivered where its dot was out.
/// </summary>
public class CutTests
{
    public static TheoryData<string> Names => [.. GoodDialogues.All.Select(dialogue => dialogue.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Cut_by_a_close(string name) => CutEverywhereAsync(name, isReset: false);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Cut_by_a_reset(string name) => CutEverywhereAsync(name, isReset: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task In_pieces_it_says_the_same(string name)
    {
        var (dialogue, said) = await WholeAsync(name);
        await PlayAsync(dialogue, new Arrival(Piece: 1));
        for (var seam = 1; seam < said; seam += dialogue.Stride)
            await PlayAsync(dialogue, new Arrival(Seam: seam));
    }

    static async Task CutEverywhereAsync(string name, bool isReset)
    {
        var (dialogue, said) = await WholeAsync(name);
        for (var cut = 0; cut <= said; cut++)
            await PlayAsync(dialogue, new Arrival(Cut: cut, IsReset: isReset));
    }

    static async Task<(Dialogue Dialogue, int Said)> WholeAsync(string name)
    {
        var dialogue = GoodDialogues.All.Single(each => each.Name == name);
        var line = await PlayAsync(dialogue, Arrival.Whole);
        Assert.Null(line.Unplayed);
        Assert.Equal(dialogue.Gets.Split(", ").Sum(part => part.Split("; ").Length), line.Decided.Count);
        return (dialogue, line.Said);
    }

    static async Task<PlayedLine> PlayAsync(Dialogue dialogue, Arrival arrival)
    {
        var play = new Play(dialogue.Protocol, [dialogue.Script], dialogue.Define, arrival);
        var ends = new List<string>();
        foreach (var question in dialogue.Ask.Split("; "))
            ends.Add((await play.AskAsync(question)).End);
        var snapshot = play.Host.Snapshot();
        await play.DisposeAsync();

        var line = play.Peer.Lines[0];
        Assert.Equal((arrival, Expected(dialogue, line, arrival)), (arrival, string.Join("; ", ends)));
        var (yes, no) = (ends.Sum(end => Count(end, "yes")), ends.Sum(end => Count(end, "no")));
        Assert.Equal((arrival, dialogue.IsRelay ? (0, 0) : (yes, no)), (arrival, (snapshot.PositiveEntries, snapshot.NegativeEntries)));
        Assert.Equal((arrival, null), (arrival, line.Unexpected));
        Assert.DoesNotContain(play.Log.Lines, entry => entry.Level >= LogLevel.Error);
        if (arrival.Cut == int.MaxValue)
            Assert.Equal((dialogue.Keeps, 1), ((yes, no), play.Peer.Dialled));
        return line;
    }

    /// <summary>Each part of the answer that came whole, and what is to be said of the others.</summary>
    static string Expected(Dialogue dialogue, PlayedLine line, Arrival arrival)
    {
        var lost = !dialogue.IsRelay ? "unavailable" : line.HasHeardDot ? "temporary transport maybe" : "temporary transport";
        var part = 0;
        return string.Join("; ", dialogue.Gets.Split("; ").Select(end => string.Join(", ", end.Split(", ").Select(Part))));

        string Part(string said)
        {
            var isWhole = part < line.Decided.Count && line.Decided[part] <= arrival.Cut;
            part++;
            return isWhole ? said : lost;
        }
    }

    static int Count(string end, string kind) => end.Split(", ").Count(part => part == kind);
}
