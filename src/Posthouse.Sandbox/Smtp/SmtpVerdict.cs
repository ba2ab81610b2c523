using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>The replies after a message: one on SMTP, one for each recipient on LMTP (RFC 2033 section 4.2).</summary>
static class SmtpVerdict
{
    /// <summary>Delivers and replies. False: a fault has ended the session.</summary>
    public static async ValueTask<bool> GiveAsync(SmtpConversation conversation, SmtpTransaction transaction, Reply end, bool isLmtp)
    {
        var host = conversation.Connection.Host;
        string[] asked = isLmtp ? [.. transaction.Recipients] : [""];
        var replies = new (SandboxAction? Fault, Reply Reply)[asked.Length];
        var takers = new List<string>();
        for (var i = 0; i < asked.Length; i++)
        {
            string[] recipients = isLmtp ? [asked[i]] : [.. transaction.Recipients];
            var fault = host.Faults.OnCommand?.Invoke(".", asked[i]);
            replies[i] = (fault, fault?.Answer ?? Own(host.Options.Accounts, recipients, end));
            if (replies[i].Reply.IsPositive)
                takers.AddRange(recipients);
        }
        // Before any reply: whoever has read one may count on it.
        if (takers.Count > 0)
            transaction.Deliver(takers, conversation.Connection.Id);

        foreach (var (fault, reply) in replies)
        {
            switch (await conversation.ApplyAsync(fault))
            {
                case FaultOutcome.Over:
                    return false;
                case FaultOutcome.None:
                    await conversation.ReplyAsync(reply);
                    break;
            }
        }
        return true;
    }

    static Reply Own(SandboxAccounts accounts, string[] recipients, Reply end)
    {
        if (!end.IsPositive)
            return end;
        foreach (var recipient in recipients)
        {
            if (accounts.Find(recipient)?.AfterData is { } reply)
                return reply;
        }
        return end;
    }
}
