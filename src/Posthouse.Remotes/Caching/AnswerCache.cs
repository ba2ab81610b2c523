using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Caching;

/// <summary>
/// A host's kept answers: one LRU of yes, one of no, so that a flood of wrong guesses pushes out no right answer. Only a yes or a no of
/// the host itself is kept; a new answer takes the place of its opposite.
/// <para>
/// A login's yes stands under the user alone with the digest beside it, so that a new secret takes the old one's place and a wrong one
/// is not found and the host is asked. A login's no stands under user and digest, so that nobody's guess stands in the owner's way.
/// </para>
/// </summary>
sealed class AnswerCache(RemoteCacheOptions options, TimeProvider time)
{
    /// <summary>Old IMAP servers say NO without a reason in an outage, too.</summary>
    static readonly TimeSpan VagueLife = TimeSpan.FromSeconds(30);

    readonly ExpiringLru<Question, Kept> _yes = new(options.Entries, time);
    readonly ExpiringLru<Question, Answer> _no = new(options.Entries, time);

    readonly TimeSpan _loginNoLife = options.LoginNegative ?? Smaller(TimeSpan.FromMinutes(1), options.Negative);

    public int PositiveEntries => _yes.Count;

    public int NegativeEntries => _no.Count;

    public bool TryGet(Question question, out Answer answer)
    {
        if (_yes.TryGet(question.WithoutDigest(), out var kept) && (question.Subject != Subject.Login || kept.Digest.Matches(question.Digest)))
        {
            answer = kept.Answer;
            return true;
        }
        return _no.TryGet(question, out answer);
    }

    /// <param name="question">What was asked.</param>
    /// <param name="answer">Any answer; those that may not be kept are passed over.</param>
    /// <param name="isVague">A no without a reason.</param>
    public void Keep(Question question, Answer answer, bool isVague = false)
    {
        if (answer.Source != AnswerSource.Host)
            return;
        var kept = answer with { Source = AnswerSource.Cache };
        if (answer.Kind == AnswerKind.Yes)
            KeepYes(question, kept);
        else if (answer.Kind == AnswerKind.No)
            KeepNo(question, kept, isVague);
    }

    /// <summary>The recipient has just taken mail, so a no is wrong.</summary>
    public void ForgetNo(Question question) => _no.Remove(question);

    void KeepYes(Question question, Answer kept)
    {
        _yes.Set(question.WithoutDigest(), new Kept(kept, question.Digest), options.Positive);
        if (question.Subject == Subject.Login)
            _no.RemoveWhere(other => other.Subject == Subject.Login && other.Name == question.Name);
        else
            _no.Remove(question);
    }

    void KeepNo(Question question, Answer kept, bool isVague)
    {
        var isLogin = question.Subject == Subject.Login;
        var life = isLogin ? _loginNoLife : options.Negative;
        _no.Set(question, kept, isVague ? Smaller(VagueLife, life) : life);
        if (!isLogin || (_yes.TryGet(question.WithoutDigest(), out var yes) && yes.Digest.Matches(question.Digest)))
            _yes.Remove(question.WithoutDigest());
    }

    static TimeSpan Smaller(TimeSpan one, TimeSpan other) => one < other ? one : other;

    readonly record struct Kept(Answer Answer, Digest Digest);
}
