using System.Text;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox;

/// <summary>
/// Users, services and lists, and the mail they got. Thread-safe, and changeable while servers run on it. A name is compared
/// without case as a whole: the mailbox (<c>jane@example.org</c>) is also the user name for a login.
/// </summary>
public sealed class SandboxAccounts
{
    readonly Lock _lock = new();
    readonly Dictionary<string, SandboxAccount> _accounts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Most messages that one mailbox keeps; the oldest go first.</summary>
    public int MessagesKept { get; set; } = 10_000;

    public SandboxAccounts AddUser(string mailbox, string secret) =>
        Put(new SandboxAccount(mailbox, isMailbox: true) { Secret = Encoding.UTF8.GetBytes(secret) });

    /// <summary>A name that logs in but has no mailbox, such as a relay's own.</summary>
    public SandboxAccounts AddService(string userName, string secret) =>
        Put(new SandboxAccount(userName, isMailbox: false) { Secret = Encoding.UTF8.GetBytes(secret) });

    /// <summary>A list: EXPN shows its members, and mail to it goes to those of them that are mailboxes here.</summary>
    public SandboxAccounts AddList(string name, params string[] members) =>
        Put(new SandboxAccount(name, isMailbox: true) { Members = [.. members] });

    /// <summary>Changes a user's or a service's secret, from the next login on.</summary>
    public void SetSecret(string userName, string secret)
    {
        lock (_lock)
            _accounts[userName] = Get(userName).WithSecret(Encoding.UTF8.GetBytes(secret));
    }

    /// <summary>
    /// The bearer token that logs a user or a service in by OAUTHBEARER or XOAUTH2, from the next login on; null = none does.
    /// </summary>
    public SandboxAccounts SetToken(string userName, string? token)
    {
        lock (_lock)
            _accounts[userName] = Get(userName).WithToken(token is null ? null : Encoding.UTF8.GetBytes(token));
        return this;
    }

    /// <summary>Whether RCPT gets 552 5.2.2.</summary>
    public void SetFull(string mailbox, bool full) =>
        SetRefused(mailbox, full ? new Reply(552, new EnhancedCode(5, 2, 2), "Mailbox full") : null);

    /// <summary>The reply that RCPT gets, or null for 250 again.</summary>
    public void SetRefused(string mailbox, Reply? reply)
    {
        lock (_lock)
            Get(mailbox).Refusal = reply;
    }

    /// <summary>The reply that this recipient gets after the message (on SMTP: the whole message), or null for 250 again.</summary>
    public void SetAfterData(string mailbox, Reply? reply)
    {
        lock (_lock)
            Get(mailbox).AfterData = reply;
    }

    public bool Remove(string name)
    {
        lock (_lock)
            return _accounts.Remove(name);
    }

    /// <summary>What came for a mailbox or a list, oldest first; empty for a name not known.</summary>
    public IReadOnlyList<SandboxMessage> Messages(string mailbox)
    {
        lock (_lock)
            return _accounts.TryGetValue(mailbox, out var account) ? [.. account.Messages] : [];
    }

    /// <summary>Forgets all messages; the accounts stay.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach (var account in _accounts.Values)
                account.Messages.Clear();
        }
    }

    internal SandboxAccount? Find(string name)
    {
        lock (_lock)
            return _accounts.GetValueOrDefault(name);
    }

    internal void Deliver(SandboxMessage message)
    {
        lock (_lock)
        {
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var recipient in message.Recipients)
                Deliver(message, recipient, seen);
        }
    }

    // A list may hold itself, so each name is served once.
    void Deliver(SandboxMessage message, string name, HashSet<string> seen)
    {
        if (!_accounts.TryGetValue(name, out var account) || !account.IsMailbox || !seen.Add(name))
            return;
        account.Messages.Enqueue(message);
        while (account.Messages.Count > MessagesKept)
            account.Messages.Dequeue();
        foreach (var member in account.Members ?? [])
            Deliver(message, member, seen);
    }

    SandboxAccounts Put(SandboxAccount account)
    {
        lock (_lock)
            _accounts[account.Name] = account;
        return this;
    }

    SandboxAccount Get(string name) =>
        _accounts.TryGetValue(name, out var account) ? account : throw new ArgumentException($"No account is called {name}.", nameof(name));
}
