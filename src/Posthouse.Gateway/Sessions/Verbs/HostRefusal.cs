using Posthouse.Gateway.Reports;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>A remote host's refusal as the client may see it.</summary>
static class HostRefusal
{
    /// <summary>Of a host's words to a client.</summary>
    internal const int MostCharacters = 200;

    /// <summary>Class and text of the host stay.</summary>
    public static Reply ForClient(Reply? host, Mailbox recipient)
    {
        if (host is null || !(host.IsPermanent || host.IsTransient))
            return Replies.Undecided;
        // 421 would end the session, and the rest of 5yz answers commands that this client did not give.
        var code = host.Code is >= 450 and <= 452 or >= 550 and <= 554 ? host.Code : host.IsPermanent ? 550 : 451;
        var enhanced = host.Enhanced is { } given ? given with { Class = code / 100 } : new EnhancedCode(code / 100, 7, 1);
        var text = WordsOf(host, recipient);
        return new(code, enhanced, text.Length > 0 ? text : "Recipient refused");
    }

    /// <summary>A reply of ours with what the host said in its place: the codes of ours stay, since it is we who know what the answer means.</summary>
    public static Reply InItsWords(Reply ours, Reply? host, Mailbox recipient) =>
        host is not null && WordsOf(host, recipient) is { Length: > 0 } text ? new(ours.Code, ours.Enhanced, text) : ours;

    static string WordsOf(Reply host, Mailbox recipient) => HostWords.WithoutMachines(host.Text, recipient.Domain, MostCharacters);
}
