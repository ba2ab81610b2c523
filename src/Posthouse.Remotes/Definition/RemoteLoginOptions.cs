namespace Posthouse.Remotes.Definition;

/// <summary>What of a user name the host is sent.</summary>
public enum LoginRewrite
{
    /// <summary>As given.</summary>
    AsIs,

    /// <summary>In lower case.</summary>
    Lower,

    /// <summary>What stands before the last <c>@</c>.</summary>
    LocalPart,
}

/// <summary>Whose logins a host checks, and by what name.</summary>
public sealed record RemoteLoginOptions
{
    /// <summary>What of the user name the host is sent.</summary>
    public LoginRewrite Rewrite { get; init; }

    /// <summary>
    /// The login domains that the host serves, in lower case; empty = all. The login of another domain is a <i>no</i> that
    /// costs no question.
    /// </summary>
    public ValueList<string> Domains { get; init; } = [];
}
