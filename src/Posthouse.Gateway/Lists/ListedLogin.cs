using Posthouse.Gateway.Secrets;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// The secrets that a list has for a user. Where it has none and others are slow to check, it is one that nothing matches and that
/// is as slow, so that time does not tell who is listed.
/// </summary>
sealed class ListedLogin(IReadOnlyList<StoredSecret> secrets, bool isKnown)
{
    public bool IsKnown => isKnown;

    /// <summary>Whether a check must not hold up whoever asks.</summary>
    public bool IsSlow => secrets.Any(secret => secret.IsSlow);

    /// <summary>Whether this user has shown this secret before, and it matched; never slow.</summary>
    public bool Remembers(ReadOnlySpan<byte> secret)
    {
        foreach (var known in secrets)
        {
            if (known is RememberedSecret remembered && remembered.Remembers(secret))
                return true;
        }
        return false;
    }

    public bool Matches(ReadOnlySpan<byte> secret)
    {
        var matches = false;
        foreach (var known in secrets)
            matches |= known.Matches(secret);
        return matches && isKnown;
    }
}
