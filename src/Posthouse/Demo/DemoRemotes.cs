using Posthouse.Sandbox;

namespace Posthouse.Demo;

/// <summary>The two sandboxes that stand for the servers a gateway is put in front of.</summary>
sealed class DemoRemotes : IAsyncDisposable
{
    public DemoRemotes()
    {
        Accounts = new SandboxAccounts()
            .AddUser(DemoAccount.Jane.Name, DemoAccount.Jane.Secret)
            .AddUser(DemoAccount.John.Name, DemoAccount.John.Secret)
            .AddUser(DemoAccount.Omar.Name, DemoAccount.Omar.Secret)
            .AddList(DemoAccount.List, DemoAccount.Jane.Name, DemoAccount.John.Name)
            .AddService(DemoAccount.Relay.Name, DemoAccount.Relay.Secret);
        Lmtp = new SandboxServer(new SandboxOptions
        {
            Protocol = SandboxProtocol.Lmtp,
            Tls = SandboxTls.StartTls,
            RequireAuth = true,
            HostName = "lmtp.example.org",
            Accounts = Accounts,
        });
        Imap = new SandboxServer(new SandboxOptions
        {
            Protocol = SandboxProtocol.Imap,
            Tls = SandboxTls.StartTls,
            HostName = "imap.example.org",
            Accounts = Accounts,
        });
    }

    public SandboxAccounts Accounts { get; }

    public SandboxServer Lmtp { get; }

    public SandboxServer Imap { get; }

    public RemoteRequests Requests => new(
        Logins: Imap.Journal.Count("AUTHENTICATE") + Imap.Journal.Count("LOGIN"),
        Recipients: Lmtp.Journal.Count("RCPT"),
        Verifies: Lmtp.Journal.Count("VRFY"),
        Expansions: Lmtp.Journal.Count("EXPN"),
        Messages: (int)Lmtp.Journal.Messages);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Lmtp.StartAsync(cancellationToken);
        await Imap.StartAsync(cancellationToken);
    }

    public Task StopAsync() => Task.WhenAll(Lmtp.StopAsync(), Imap.StopAsync());

    /// <summary>Waits until a mailbox holds this many messages, and gives the last one.</summary>
    public async Task<SandboxMessage> WaitForMessageAsync(string mailbox, int count, CancellationToken cancellationToken)
    {
        await Lmtp.Journal.WaitAsync(() => Accounts.Messages(mailbox).Count >= count, cancellationToken);
        return Accounts.Messages(mailbox)[count - 1];
    }

    public async ValueTask DisposeAsync()
    {
        await Lmtp.DisposeAsync();
        await Imap.DisposeAsync();
    }
}
