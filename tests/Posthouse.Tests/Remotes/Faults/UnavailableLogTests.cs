using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>An operator hears of an outage at once, and its length does not fill the disk.</summary>
public class UnavailableLogTests
{
    readonly FakeTimeProvider _time = new();
    readonly KeptLog _log = new();
    readonly UnavailableLog _unavailable;

    public UnavailableLogTests() => _unavailable = new UnavailableLog("box", _time, _log);

    IEnumerable<string> Told => _log.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text.Trim());

    [Fact]
    public void Failures_of_one_kind_are_told_every_ten_seconds_and_counted_between()
    {
        for (var i = 0; i < 100; i++)
            _unavailable.Tell("Login", $"greeting: 421 busy {i}");
        _time.Advance(TimeSpan.FromSeconds(9.9));
        _unavailable.Tell("Login", "greeting: 421 still");
        _time.Advance(TimeSpan.FromSeconds(0.1));
        _unavailable.Tell("Login", "greeting: 421 and still");
        _time.Advance(TimeSpan.FromSeconds(10));
        _unavailable.Tell("Login", "greeting: 421 again");

        Assert.Equal(
            [
                "Remote box: Login unavailable: greeting: 421 busy 0",
                "Remote box: Login unavailable, and 100 more times since the line before: greeting: 421 and still",
                "Remote box: Login unavailable: greeting: 421 again",
            ], Told);
    }

    [Fact]
    public void Another_question_and_another_step_are_told_at_once()
    {
        _unavailable.Tell("Login", "greeting: 421 busy");
        _unavailable.Tell("Relay", "greeting: 421 busy");
        _unavailable.Tell("Login", "AUTH: 454 no database");
        _unavailable.Tell("Login", "no connection at all");
        Assert.Equal(4, Told.Count());
    }

    [Fact]
    public void Kinds_without_end_are_one_kind_in_the_end()
    {
        for (var i = 0; i < 10_000; i++)
            _unavailable.Tell("Login", $"{i}: x");
        Assert.Equal(65, Told.Count());
    }

    [Fact]
    public async Task Who_asks_together_is_told_of_once()
    {
        await using var play = new Play(RemoteProtocol.Smtp, [["S: 554 no"]]);

        var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => play.Ask("vrfy a")));

        Assert.All(ends, end => Assert.Equal("unavailable", end.End));
        Assert.Equal("Remote box: Verify unavailable: remote.box.address scripted port 25: greeting: 554 no", Assert.Single(play.Log.Of("Unavailable")).Trim());
    }
}
