using Microsoft.Extensions.Logging;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Rows of one theme, and how a row is played and judged.</summary>
sealed class FaultTable(IEnumerable<Fault> rows)
{
    static readonly string[] Secrets = ["tulip", "dHVsaXA=", "AGphbmVAZXhhbXBsZS5vcmcAdHVsaXA=", "AGphbmUAdHVsaXA=", "bixhPWphbmVAZXhhbXBsZS5vcmcsAWF1dGg9QmVhcmVyIHR1bGlwAQE="];

    readonly Dictionary<string, Fault> _rows = rows.ToDictionary(row => row.ToString(), StringComparer.Ordinal);

    public IEnumerable<Fault> Rows => _rows.Values;

    public TheoryData<string> Names => [.. _rows.Keys];

    public async Task PlayAsync(string name)
    {
        var row = _rows[name];
        // Not disposed where a check fails, since a host that is stuck would then hide which.
        var play = new Play(row.Protocol, row.Host, row.Define, isLocal: row.IsLocal);
        var ends = new List<string>();
        var reason = "";
        var questions = row.Ask.Split("; ");
        for (var i = 0; i < questions.Length; i++)
        {
            var isLate = row.After > TimeSpan.Zero && i == questions.Length - 1;
            (var end, reason) = isLate ? await play.AskAsync(questions[i], row.After) : await play.AskAsync(questions[i]);
            ends.Add(end);
        }

        Assert.Equal(row.Gets, string.Join("; ", ends));
        Assert.Contains(row.Says, reason, StringComparison.Ordinal);
        var snapshot = play.Host.Snapshot();
        Assert.Equal(row.Keeps, (snapshot.PositiveEntries, snapshot.NegativeEntries));
        Assert.Equal(row.Leaves, string.Join(", ", play.Peer.Lines.Select(line => line.Fate)));
        Assert.Equal(row.Dials > 0 ? row.Dials : play.Peer.Lines.Count, play.Peer.Dialled);
        Assert.All(play.Peer.Lines, line => Assert.Equal((null, null), (line.Unexpected, line.Unplayed)));
        JudgeLog(play.Log, ends, reason, row.Says);
        Assert.Equal(row.Warns, play.Log.Of("ChunkingLost").Count());
        await play.DisposeAsync();
    }

    /// <summary>One line for a conversation that failed, none for one that did not, and no secret in any.</summary>
    static void JudgeLog(KeptLog log, List<string> ends, string reason, string says)
    {
        var told = log.Lines.Where(line => line.Level >= LogLevel.Warning && line.Event != "ChunkingLost").Select(line => line.Text).ToList();
        Assert.Equal(ends.Count(Questions.IsUnavailable), told.Count);
        if (Questions.IsUnavailable(ends[^1]))
            Assert.Contains(says, told[^1], StringComparison.Ordinal);
        Assert.All([.. log.Lines.Select(line => line.Text), reason],
            text => Assert.DoesNotContain(Secrets, secret => text.Contains(secret, StringComparison.Ordinal)));
    }
}
