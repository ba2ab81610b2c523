using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Lookups;

/// <summary>
/// Asks the host, by whatever protocol; fails with <see cref="HostUnavailableException"/>. What it needs beyond the call that
/// made it, it owns.
/// </summary>
delegate Task<LoginVerdict> Ask(CancellationToken flight);

/// <summary>
/// The way of a question: (0) whether the operator lets the host be asked at all, (1) the cache, (2) a flight that asks the same,
/// (3) the host, (4) into the cache, (5) where the host cannot be reached, a yes past its life. A failure becomes an answer here
/// and nowhere else.
/// </summary>
sealed class LookupDesk(RemoteHostOptions host, AnswerCache cache, UnavailableLog unavailable, StaleLog staleness, HostMetrics metrics, TimeProvider time)
{
    readonly Answer? _barred = host.Lookup
        ? null
        : Answer.Unavailable($"{host.Name("lookup")} is false, so the host is not asked") with { Source = AnswerSource.Local };

    readonly Flights<Question, Answer> _flights = new(metrics.CountCoalesced);
    long _refreshFailed;
    bool _hasRefreshFailed;

    /// <summary>Whether the host need not be asked: (0) it may not be, or (1) an earlier answer still holds.</summary>
    public Standing Look(Question question, out Answer answer)
    {
        if (_barred is not null)
        {
            answer = _barred;
            return Standing.Fresh;
        }
        var standing = cache.Look(question, out answer);
        if (standing == Standing.Unknown)
            metrics.CountMiss();
        else
            metrics.CountFresh();
        return standing;
    }

    /// <summary>Goes on from (1), where that was not the end of it.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="standing">What (1) said.</param>
    /// <param name="known">What (1) answered.</param>
    /// <param name="ask">Asks the host.</param>
    /// <param name="cancellationToken">Ends the caller's wait.</param>
    public ValueTask<Answer> GoOnAsync(Question question, Standing standing, Answer known, Ask ask, CancellationToken cancellationToken)
    {
        if (standing == Standing.Unknown)
            return new ValueTask<Answer>(AskAsync(question, ask, cancellationToken));
        if (question.Subject == Subject.Login)
            return ConfirmAsync(question, known, ask, cancellationToken);
        // While refreshing fails, each hit would only fail again.
        if (!_hasRefreshFailed || time.GetElapsedTime(_refreshFailed) >= host.Breaker.Cooldown)
            _flights.TryStart(question, flight => RefreshAsync(question, ask, flight));
        return new ValueTask<Answer>(known);
    }

    // 2.
    Task<Answer> AskAsync(Question question, Ask ask, CancellationToken cancellationToken) =>
        _flights.JoinAsync(question, flight => FlyAsync(question, ask, flight), cancellationToken);

    /// <summary>
    /// A login's yes that is due: the first to come is answered by it while the host is asked, the others wait for what the host
    /// says, so that a secret that was changed works once more at the most. An outage changes nothing.
    /// </summary>
    async ValueTask<Answer> ConfirmAsync(Question question, Answer known, Ask ask, CancellationToken cancellationToken)
    {
        // The flight before may have landed since (1), and its no has taken the answer away.
        if (_flights.TryStart(question, flight => FlyAsync(question, ask, flight)) && cache.Look(question, out _) != Standing.Unknown)
            return known;
        var answer = await AskAsync(question, ask, cancellationToken);
        return answer.Kind == AnswerKind.Unavailable && cache.Look(question, out var still) != Standing.Unknown ? still : answer;
    }

    async Task<Answer> RefreshAsync(Question question, Ask ask, CancellationToken flight)
    {
        var answer = await FlyAsync(question, ask, flight);
        _hasRefreshFailed = answer.Kind == AnswerKind.Unavailable;
        _refreshFailed = time.GetTimestamp();
        return answer;
    }

    async Task<Answer> FlyAsync(Question question, Ask ask, CancellationToken flight)
    {
        // Since (1) another flight may have landed, whose answer nobody needs to ask for again.
        if (cache.Look(question, out var landed) == Standing.Fresh)
            return landed;
        var generation = cache.Generation;
        LoginVerdict verdict;
        var isOutOfReach = false;
        try
        {
            // 3.
            verdict = await ask(flight);
        }
        catch (HostUnavailableException e)
        {
            verdict = new LoginVerdict(Answer.Unavailable(e.Message, e.Reply) with { IsLineFull = e is HostBusyException { IsLineFull: true } });
            isOutOfReach = e.Blame == Blame.Transport && e is not HostBusyException;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            unavailable.TellFault(e);
            verdict = new LoginVerdict(Answer.Unavailable($"a fault of ours: {e.GetType().Name}") with { Source = AnswerSource.Local });
        }
        var answer = verdict.Answer;
        metrics.Answered(question.Subject.Name(), answer.Kind.Name());
        if (answer.Kind == AnswerKind.Unavailable)
            unavailable.Tell(question.Subject.ToString(), answer.Reason);

        // 4. A flight that everybody has left says nothing that may be kept, nor does one from before a flush.
        flight.ThrowIfCancellationRequested();
        cache.Keep(question, answer, generation, verdict.IsVague, verdict.Expiry);

        // 5.
        if (!isOutOfReach || !cache.TryGetStale(question, out var stale))
            return answer;
        metrics.CountStale();
        staleness.Tell(answer.Reason);
        return stale;
    }
}
