namespace Posthouse.Gateway.Sessions;

/// <summary>Why a session ended.</summary>
public enum SessionEnd
{
    /// <summary>QUIT.</summary>
    Quit,

    /// <summary>The client closed without QUIT, or the connection broke.</summary>
    ClientLeft,

    /// <summary>A command, a body or the whole session took too long: 421 4.4.2.</summary>
    Timeout,

    /// <summary>The gateway stops: 421 4.3.2.</summary>
    Shutdown,

    /// <summary>Too many errors: 421 4.7.0.</summary>
    TooManyErrors,

    /// <summary>More octets than a session or a message may bring: 421 4.7.0.</summary>
    TooMuchData,

    /// <summary>The client does not speak this protocol, or speaks out of turn.</summary>
    NotSmtp,

    /// <summary>The TLS handshake failed.</summary>
    TlsFailed,

    /// <summary>A rule at connect or EHLO could not be decided: 421 4.4.3.</summary>
    Undecided,

    /// <summary>More sessions than <c>session.throttle</c> allows: 421 4.7.0.</summary>
    Throttled,

    /// <summary>The connection was given up by the gateway.</summary>
    Aborted,

    /// <summary>A bug.</summary>
    Fault,
}
