using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Dialling;

/// <summary>TLS could not be had.</summary>
/// <param name="reason">Why, in an operator's words.</param>
/// <param name="certificate">What the host showed; null where it came to none.</param>
/// <param name="cause">What the framework says.</param>
sealed class TlsFailedException(string reason, PeerCertificate? certificate = null, Exception? cause = null)
    : HostUnavailableException($"TLS: {reason}", cause: cause)
{
    public PeerCertificate? Certificate => certificate;
}
