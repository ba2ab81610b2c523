using Posthouse.Gateway.Secrets;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// The secrets that a list has for a user. Where none of them is slow to check and others' are, one of those is checked too, whose answer counts for
/// nothing, so that time tells neither who is listed nor whose secret is kept how.
/// </summary>
/// <param name="secrets">Empty for a user who is not listed.</param>
/// <param name="decoy">Null where there is no need.</param>
sealed class ListedLogin(IReadOnlyList<StoredSecret> secrets, StoredSecret? decoy = null)
{
    public bool IsKnown => secrets.Count > 0;

    /// <summary>Whether a check must not hold up whoever asks.</summary>
    public bool IsSlow => decoy is not null || secrets.Any(secret => secret.IsSlow);

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
        _ = decoy?.Matches(secret);
        return matches;
    }
}
