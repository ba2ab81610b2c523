using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Lookups;

/// <summary>What a host is sent of a user name, and whether it serves the name's domain.</summary>
static class LoginNames
{
    public static string Rewrite(string userName, LoginRewrite rewrite) => rewrite switch
    {
        LoginRewrite.Lower => userName.ToLowerInvariant(),
        LoginRewrite.LocalPart when userName.LastIndexOf('@') is > 0 and var at => userName[..at],
        _ => userName,
    };

    /// <summary>A name without a domain is in none of those listed.</summary>
    public static bool IsServed(string userName, ValueList<string> domains)
    {
        if (domains.Count == 0)
            return true;
        var domain = userName.AsSpan(userName.LastIndexOf('@') + 1);
        if (domain.Length == userName.Length)
            return false;
        foreach (var served in domains)
        {
            if (domain.Equals(served, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
