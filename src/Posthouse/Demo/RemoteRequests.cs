using System.Globalization;

namespace Posthouse.Demo;

/// <summary>What the remotes were asked, counted by the sandboxes themselves.</summary>
/// <param name="Logins">At the IMAP remote.</param>
/// <param name="Recipients">RCPT commands at the LMTP remote, those of relayed messages included.</param>
/// <param name="Verifies">VRFY at the LMTP remote.</param>
/// <param name="Expansions">EXPN at the LMTP remote.</param>
/// <param name="Messages">Messages that the LMTP remote read to their final dot.</param>
readonly record struct RemoteRequests(int Logins = 0, int Recipients = 0, int Verifies = 0, int Expansions = 0, int Messages = 0)
{
    public static RemoteRequests None => default;

    public static RemoteRequests operator -(RemoteRequests now, RemoteRequests before) => new(
        now.Logins - before.Logins,
        now.Recipients - before.Recipients,
        now.Verifies - before.Verifies,
        now.Expansions - before.Expansions,
        now.Messages - before.Messages);

    public override string ToString()
    {
        if (this == None)
            return "nothing";
        (string Name, int Count)[] counts = [("login", Logins), ("RCPT", Recipients), ("VRFY", Verifies), ("EXPN", Expansions), ("mail", Messages)];
        return string.Join(", ", counts.Where(c => c.Count != 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.Name}")));
    }
}
