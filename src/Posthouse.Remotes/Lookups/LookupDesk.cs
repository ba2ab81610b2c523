using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Lookups;

/// <summary>
/// The way of a question: (0) whether the operator lets the host be asked at all, (1) the cache, (2) a flight that asks the same, (3) the host, (4) into the cache. A failure becomes an answer
/// here and nowhere else.
/// </summary>
sealed class LookupDesk(RemoteHostOptions host, AnswerCache cache, UnavailableLog unavailable)
{
    readonly Answer? _barred = host.Lookup
        ? null
        : Answer.Unavailable($"{host.Name("lookup")} is false, so the host is not asked") with { Source = AnswerSource.Local };

    readonly Flights _flights = new();
    long _hits;
    long _misses;

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Whether the host need not be asked: (0) it may not be, or (1) an earlier answer still holds.</summary>
    public bool TryAnswer(Question question, out Answer answer)
    {
        if (_barred is not null)
        {
            answer = _barred;
            return true;
        }
        var isHit = cache.TryGet(question, out answer);
        Interlocked.Increment(ref isHit ? ref _hits : ref _misses);
        return isHit;
    }

    /// <param name="question">What is asked.</param>
    /// <param name="ask">Asks the host; what it needs beyond this call it must own.</param>
    /// <param name="cancellationToken">Ends the caller's wait.</param>
    public Task<Answer> AskAsync(Question question, Func<CancellationToken, Task<LoginVerdict>> ask, CancellationToken cancellationToken) =>
        // 2.
        _flights.JoinAsync(question, async flight =>
        {
            var answer = await AskOnceAsync(question, ask, flight);
            if (answer.Kind == AnswerKind.Unavailable)
                unavailable.Tell(question.Subject.ToString(), answer.Reason);
            return answer;
        }, cancellationToken);

    async Task<Answer> AskOnceAsync(Question question, Func<CancellationToken, Task<LoginVerdict>> ask, CancellationToken flight)
    {
        try
        {
            // 3.
            var verdict = await ask(flight);
            // 4. A flight that everybody has left says nothing that may be kept.
            flight.ThrowIfCancellationRequested();
            cache.Keep(question, verdict.Answer, verdict.IsVague);
            return verdict.Answer;
        }
        catch (HostUnavailableException e)
        {
            return Answer.Unavailable(e.Message, e.Reply);
        }
    }
}
