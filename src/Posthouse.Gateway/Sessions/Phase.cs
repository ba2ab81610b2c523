namespace Posthouse.Gateway.Sessions;

/// <summary>Where a session stands.</summary>
enum Phase
{
    /// <summary>The client has not introduced itself.</summary>
    Start,

    /// <summary>Between transactions.</summary>
    Ready,

    /// <summary>MAIL was accepted, no RCPT yet.</summary>
    Mail,

    /// <summary>At least one RCPT was accepted.</summary>
    Rcpt,

    /// <summary>A BDAT that was not the last one.</summary>
    Chunks,
}
