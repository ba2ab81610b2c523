using System.Net.Security;

namespace Posthouse.Sandbox.Connections;

/// <summary>What all connections of one server share.</summary>
sealed record SandboxHost(
    SandboxOptions Options, SandboxFaults Faults, SandboxJournal Journal, SslStreamCertificateContext Certificate)
{
    /// <summary>Whether messages are kept, or only counted.</summary>
    public bool KeepsBodies { get; set; } = true;
}
