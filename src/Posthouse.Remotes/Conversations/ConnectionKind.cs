namespace Posthouse.Remotes.Conversations;

/// <summary>In whose name a connection speaks.</summary>
enum ConnectionKind
{
    /// <summary>In nobody's: a user's login may be asked on it, since AUTH after AUTH is not allowed (RFC 4954 section 4).</summary>
    Anonymous,

    /// <summary>In our own: the host's <c>auth</c> setting has been used.</summary>
    LoggedIn,
}
