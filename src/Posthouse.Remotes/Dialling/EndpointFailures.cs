using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>What went wrong at each endpoint, as one failure of bounded length that names the setting.</summary>
sealed class EndpointFailures(RemoteHostOptions host)
{
    const int MostNamed = 4;
    const int LongestOne = 700;

    readonly List<(string Where, HostUnavailableException Failure)> _failures = [];

    public void Add(Attempt attempt, HostUnavailableException failure) => _failures.Add((attempt.Where, failure));

    /// <summary>One failure for all of them. Our own definition is wrong where nothing else is.</summary>
    public HostUnavailableException Sum()
    {
        var more = _failures.Count > MostNamed ? $"; and {_failures.Count - MostNamed} more" : "";
        var each = _failures.Take(MostNamed).Select(entry => $"{entry.Where}: {Cut(entry.Failure.Message)}");
        var last = _failures[^1].Failure;
        return new HostUnavailableException(
            $"{host.Place} {string.Join("; ", each)}{more}",
            _failures.TrueForAll(entry => entry.Failure.Blame == Blame.Definition) ? Blame.Definition : Blame.Transport,
            last.Reply,
            last);
    }

    static string Cut(string text) => text.Length <= LongestOne ? text : text[..LongestOne] + "...";
}
