using Posthouse.Gateway.Reports;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>A remote host's refusal as the client may see it: class and text stay.</summary>
static class HostRefusal
{
    /// <summary>Of a host's words to a client.</summary>
    internal const int MostCharacters = 200;

    public static Reply ForClient(Reply? host, Mailbox recipient)
    {
        if (host is null || !(host.IsPermanent || host.IsTransient))
            return Replies.Undecided;
        // 421 would end the session, and the rest of 5yz answers commands that this client did not give.
        var code = host.Code is >= 450 and <= 452 or >= 550 and <= 554 ? host.Code : host.IsPermanent ? 550 : 451;
        var enhanced = host.Enhanced is { } given ? given with { Class = code / 100 } : new EnhancedCode(code / 100, 7, 1);
        var text = HostWords.WithoutMachines(host.Text, recipient.Domain, MostCharacters);
        return new(code, enhanced, text.Length > 0 ? text : "Recipient refused");
    }
}
