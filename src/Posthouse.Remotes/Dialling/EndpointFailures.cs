using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>What went wrong at each endpoint, as one failure of bounded length that names the setting.</summary>
sealed class EndpointFailures(RemoteHostOptions host)
{
    const int MostNamed = 4;
    const int LongestOne = 700;

    readonly List<(Attempt Attempt, string Reason, HostUnavailableException Failure)> _failures = [];

    /// <summary>What it says, and what an operator may have meant.</summary>
    public string Add(Attempt attempt, HostUnavailableException failure) =>
        Add(attempt, failure, ConnectHints.Explain(attempt, failure, Cut(failure.Message)));

    /// <summary>The same, where nothing happened until the time was over.</summary>
    public string AddSilence(Attempt attempt, string silence)
    {
        var reason = $"{attempt.Step.Name()}: {silence}";
        return Add(attempt, new HostUnavailableException(reason), ConnectHints.Explain(attempt, null, reason));
    }

    string Add(Attempt attempt, HostUnavailableException failure, string reason)
    {
        _failures.Add((attempt, reason, failure));
        return reason;
    }

    /// <summary>One failure for all of them. Our own definition is wrong where nothing else is.</summary>
    public HostUnavailableException Sum()
    {
        var more = _failures.Count > MostNamed ? $"; and {_failures.Count - MostNamed} more" : "";
        var each = _failures.Take(MostNamed).Select(entry => $"{entry.Attempt.Where}: {entry.Reason}");
        var last = _failures[^1].Failure;
        return new HostUnavailableException(
            $"{host.Place} {string.Join("; ", each)}{more}",
            _failures.TrueForAll(entry => entry.Failure.Blame == Blame.Definition) ? Blame.Definition : Blame.Transport,
            last.Reply,
            last)
        {
            IsTurnedAway = _failures.TrueForAll(static entry => IsTurnedAway(entry.Attempt, entry.Failure)),
        };
    }

    static bool IsTurnedAway(Attempt attempt, HostUnavailableException failure) =>
        attempt.Step == ConnectStep.Greeting && (failure.Reply is not null || attempt.Greeting.Length > 0);

    static string Cut(string text) => text.Length <= LongestOne ? text : text[..LongestOne] + "...";
}
