namespace Posthouse.Remotes.Caching;

/// <summary>
/// The secrets that a host has refused for one user, as digests, the latest few: who guesses gets no more room than that, and the
/// user's own success clears them all at once. Immutable.
/// </summary>
sealed class RefusedSecrets
{
    const int Most = 8;

    readonly Refusal[] _refusals;

    RefusedSecrets(Refusal[] refusals) => _refusals = refusals;

    public static RefusedSecrets None { get; } = new([]);

    /// <summary>How long until the last of them ends.</summary>
    public TimeSpan LongestLeft(TimeProvider time) =>
        _refusals.Length == 0 ? TimeSpan.Zero : _refusals.Max(refusal => refusal.Life - time.GetElapsedTime(refusal.Since));

    public bool Contains(Digest digest, TimeProvider time)
    {
        foreach (var refusal in _refusals)
        {
            if (refusal.Digest.Matches(digest) && time.GetElapsedTime(refusal.Since) < refusal.Life)
                return true;
        }
        return false;
    }

    /// <summary>With one more, in place of an earlier refusal of the same secret or of the oldest.</summary>
    public RefusedSecrets With(Digest digest, TimeSpan life, TimeProvider time) =>
        new([new Refusal(digest, time.GetTimestamp(), life), .. _refusals.Where(refusal => !refusal.Digest.Matches(digest)).Take(Most - 1)]);

    readonly record struct Refusal(Digest Digest, long Since, TimeSpan Life);
}
