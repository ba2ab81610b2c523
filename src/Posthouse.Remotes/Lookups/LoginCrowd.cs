using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Lookups;

/// <summary>
/// Bounds how many logins of one user the host is asked about at once. Somebody who guesses at one user with many secrets would else hold every
/// connection, and keep all others waiting; what is in the cache is answered as ever.
/// </summary>
sealed class LoginCrowd
{
    public const int MostPerUser = 4;

    readonly Lock _gate = new();
    readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);

    public static Answer Full { get; } =
        Answer.Unavailable("login: the host is being asked about as many logins of this user as it may be at once") with
        {
            Source = AnswerSource.Local,
            IsLineFull = true,
        };

    /// <summary>A place, to be left by disposing it; null = all are taken.</summary>
    public IDisposable? Enter(string user)
    {
        lock (_gate)
        {
            var asked = _asked.GetValueOrDefault(user);
            if (asked >= MostPerUser)
                return null;
            _asked[user] = asked + 1;
        }
        return new Place(this, user);
    }

    void Leave(string user)
    {
        lock (_gate)
        {
            if (--_asked[user] == 0)
                _asked.Remove(user);
        }
    }

    sealed class Place(LoginCrowd crowd, string user) : IDisposable
    {
        public void Dispose() => crowd.Leave(user);
    }
}
