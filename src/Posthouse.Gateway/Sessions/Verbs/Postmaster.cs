using Posthouse.Gateway.Model;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>
/// The mailbox that every host must have (RFC 5321 section 4.5.1). A bare <c>Postmaster</c> gets this host's name for its domain, so that
/// rules can route it and no next hop takes it for its own.
/// </summary>
static class Postmaster
{
    /// <summary>Any other mailbox stays as it is, and so does the bare one where the host's name is no mail domain (one with an underscore).</summary>
    public static Mailbox Complete(Mailbox mailbox, ServerModel server) =>
        mailbox.Domain.Length == 0 && Mailbox.TryParse($"{mailbox.LocalPart}@{server.HostName}", out var own) ? own : mailbox;

    /// <summary>Whether it is this host's, which is never refused as relay.</summary>
    public static bool IsOwn(Mailbox mailbox, ServerModel server) =>
        mailbox.LocalPart.Equals("Postmaster", StringComparison.OrdinalIgnoreCase)
        && (mailbox.Domain.Length == 0 || mailbox.Domain.Equals(server.HostName, StringComparison.OrdinalIgnoreCase));
}
