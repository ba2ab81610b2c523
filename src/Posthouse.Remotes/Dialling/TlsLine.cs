using System.Net.Security;

namespace Posthouse.Remotes.Dialling;

/// <summary>A line after the handshake.</summary>
/// <param name="Stream">Its octets; closing it closes the line.</param>
/// <param name="Certificate">What the host showed.</param>
readonly record struct TlsLine(SslStream Stream, PeerCertificate Certificate);
