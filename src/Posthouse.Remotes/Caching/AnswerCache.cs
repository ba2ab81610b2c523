using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Caching;

/// <summary>How an answer stands in the cache.</summary>
enum Standing
{
    /// <summary>There is none.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    Fresh,

    /// <summary>It holds, and is old enough to be asked again behind its back.</summary>
    Due,
}

/// <summary>
/// A host's kept answers: one LRU of yes, one of no, so that a flood of wrong guesses pushes out no right answer. Only a yes or a no of
/// the host itself is kept; a new answer takes the place of its opposite.
/// <para>
/// A login's yes stands under the user alone with the digest beside it, so that a new secret takes the old one's place and a
/// wrong one is not found and the host is asked. A login's no stands beside others of its user, each with its digest, so that
/// nobody's guess stands in the owner's way.
/// </para>
/// </summary>
sealed class AnswerCache(RemoteCacheOptions options, TimeProvider time)
{
    /// <summary>Old IMAP servers say NO without a reason in an outage, too.</summary>
    static readonly TimeSpan VagueLife = TimeSpan.FromSeconds(30);

    static readonly TimeSpan LoginRefresh = TimeSpan.FromMinutes(5);

    // What a host said of a login or a recipient is told again by its kind alone, and costs no memory of its own.
    static readonly Answer PlainYes = new() { Kind = AnswerKind.Yes, Source = AnswerSource.Cache };
    static readonly Answer PlainNo = new() { Kind = AnswerKind.No, Source = AnswerSource.Cache };

    readonly ExpiringLru<CacheKey, Kept> _yes = new(options.Entries, time);
    readonly ExpiringLru<CacheKey, RefusedSecrets> _no = new(options.Entries, time);

    readonly TimeSpan _loginNoLife = options.LoginNegative ?? Smaller(TimeSpan.FromMinutes(1), options.Negative);
    readonly TimeSpan _loginRefresh = options.Refresh ?? LoginRefresh;
    readonly TimeSpan _refresh = options.Refresh ?? options.Positive * 0.9;
    readonly Lock _flushing = new();
    int _generation;

    public int PositiveEntries => _yes.Count;

    public int NegativeEntries => _no.Count;

    public long PositiveEvictions => _yes.Evictions;

    public long NegativeEvictions => _no.Evictions;

    /// <summary>Changes with each flush: an answer that was asked for before one is not kept after it.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public Standing Look(Question question, out Answer answer)
    {
        if (_yes.TryGet(question.Key, TimeSpan.Zero, out var kept, out var age) && kept.Speaks(question))
        {
            answer = kept.Answer;
            return age < (question.Subject == Subject.Login ? _loginRefresh : _refresh) ? Standing.Fresh : Standing.Due;
        }
        answer = PlainNo;
        return _no.TryGet(question.Key, out var refused) && (question.Subject != Subject.Login || refused.Contains(question.Digest, time))
            ? Standing.Fresh
            : Standing.Unknown;
    }

    /// <summary>A yes that is past its life, but not longer than <c>cache.stale</c> allows.</summary>
    public bool TryGetStale(Question question, out Answer answer)
    {
        var isKept = _yes.TryGet(question.Key, options.Stale, out var kept, out _) && kept.Speaks(question);
        answer = isKept ? kept.Answer : PlainYes;
        return isKept;
    }

    /// <param name="question">What was asked.</param>
    /// <param name="answer">Any answer; those that may not be kept are passed over.</param>
    /// <param name="generation">That of the moment at which it was asked for: nothing from before a flush is kept after it.</param>
    /// <param name="isVague">A no without a reason.</param>
    /// <param name="expiry">When what was asked about ends by itself: a yes is not kept beyond that, nor used as a stale one.</param>
    public void Keep(Question question, Answer answer, int generation, bool isVague = false, DateTimeOffset? expiry = null)
    {
        if (answer.Source != AnswerSource.Host)
            return;
        lock (_flushing)
        {
            if (generation != _generation)
                return;
            if (answer.Kind == AnswerKind.Yes)
                KeepYes(question, answer, expiry);
            else if (answer.Kind == AnswerKind.No)
                KeepNo(question, isVague);
        }
    }

    /// <summary>Something has shown that it exists, so a no is wrong.</summary>
    public void ForgetNo(Question question) => _no.Remove(question.Key);

    /// <summary>Forgets everything; how many entries that were.</summary>
    public int Flush()
    {
        lock (_flushing)
        {
            _generation++;
            return _yes.Clear() + _no.Clear();
        }
    }

    /// <summary>Forgets all that stands under these keys; how many entries that were.</summary>
    public int Flush(ReadOnlySpan<CacheKey> keys)
    {
        lock (_flushing)
        {
            _generation++;
            var count = 0;
            foreach (var key in keys)
                count += (_yes.Remove(key) ? 1 : 0) + (_no.Remove(key) ? 1 : 0);
            return count;
        }
    }

    void KeepYes(Question question, Answer answer, DateTimeOffset? expiry)
    {
        var kept = answer.Values.Count == 0 ? PlainYes : answer with { Source = AnswerSource.Cache };
        var (life, grace) = (options.Positive, options.Stale);
        if (expiry is { } end)
        {
            var left = end - time.GetUtcNow();
            life = Smaller(life, left);
            grace = Smaller(grace, left - life);
        }
        _yes.Set(question.Key, new Kept(kept, question.Digest), life, grace);
        _no.Remove(question.Key);
    }

    void KeepNo(Question question, bool isVague)
    {
        if (question.Subject != Subject.Login)
        {
            _no.Set(question.Key, RefusedSecrets.None, options.Negative);
            _yes.Remove(question.Key);
            return;
        }
        var life = isVague ? Smaller(VagueLife, _loginNoLife) : _loginNoLife;
        var refused = (_no.TryGet(question.Key, out var earlier) ? earlier : RefusedSecrets.None).With(question.Digest, life, time);
        _no.Set(question.Key, refused, life > TimeSpan.Zero ? refused.LongestLeft(time) : TimeSpan.Zero);
        // Only the very secret that was refused: a wrong guess says nothing of the right one.
        if (_yes.TryGet(question.Key, options.Stale, out var yes, out _) && yes.Speaks(question))
            _yes.Remove(question.Key);
    }

    static TimeSpan Smaller(TimeSpan one, TimeSpan other) => one < other ? one : other;

    readonly record struct Kept(Answer Answer, Digest Digest)
    {
        /// <summary>A login's is for its own secret alone.</summary>
        public bool Speaks(Question question) => question.Subject != Subject.Login || Digest.Matches(question.Digest);
    }
}
