using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// Failures that look like a dead host and mostly come of a definition that does not fit it: the setting is named behind what happened.
/// </summary>
static class ConnectHints
{
    /// <param name="attempt">How far it came.</param>
    /// <param name="failure">What happened; null = nothing did, until the time was over.</param>
    /// <param name="reason">The same in words.</param>
    public static string Explain(Attempt attempt, HostUnavailableException? failure, string reason)
    {
        // Who has greeted us, or shown a certificate, speaks as it is defined to.
        if (attempt.Greeting.Length > 0 || attempt.Certificate is not null || failure?.Reply is not null)
            return reason;
        var (host, isGreeting) = (attempt.Host, attempt.Step == ConnectStep.Greeting);
        if (isGreeting && failure is null && !host.Tls.Implicit)
            reason += $"; {host.Name("tls.implicit")} is false, and a host that speaks TLS from the first octet waits for us to begin";
        var isCut = attempt.Step == ConnectStep.Tls || (isGreeting && failure is null or ConnectionLostException);
        if (isCut && host.ForwardClient == ForwardClient.ProxyV2)
            reason += $"; {host.Name("forward-client")} = \"proxy-v2\" put a PROXY header in front: does the host take one here?";
        return reason;
    }
}
