using Posthouse.Gateway.Reports;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>A remote host's yes to a message as the client may see it: with the id under which the host has it, since we do not.</summary>
static class HostAcceptance
{
    static readonly EnhancedCode Accepted = new(2, 0, 0);

    public static Reply ForClient(Reply host, Mailbox recipient) =>
        new(250, Accepted, HostWords.WithoutMachines(host.Text, recipient.Domain, HostRefusal.MostCharacters) is { Length: > 0 } text ? $"Delivered: {text}" : "Delivered");
}
