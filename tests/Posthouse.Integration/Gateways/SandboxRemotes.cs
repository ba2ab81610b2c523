using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.Gateways;

/// <summary>
/// Sandbox hosts as the remotes, where a test needs what no packaged server offers: AUTH on LMTP, VRFY and EXPN with values,
/// faults, and a journal of what was asked.
/// </summary>
sealed class SandboxRemotes : IAsyncDisposable
{
    readonly SandboxServer _mail;
    readonly SandboxServer _imap;
    readonly SandboxProtocol _protocol;

    SandboxRemotes(SandboxProtocol protocol, bool keepBodies)
    {
        _protocol = protocol;
        foreach (var person in Account.People)
            Accounts.AddUser(person.Mailbox, person.Secret);
        Accounts.AddService(Account.RelayServer.Mailbox, Account.RelayServer.Secret);
        Accounts.AddList("staff@example.org", Account.Jane.Mailbox, Account.Bob.Mailbox);
        _mail = new SandboxServer(new SandboxOptions { Protocol = protocol, Tls = SandboxTls.StartTls, Accounts = Accounts, RequireAuth = true, MaxMessageSize = 200 << 20 }) { KeepBodies = keepBodies };
        _imap = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Imap, Tls = SandboxTls.StartTls, Accounts = Accounts });
    }

    public SandboxAccounts Accounts { get; } = new();

    /// <summary>The host that mail and recipient questions go to. It wants the gateway's own login.</summary>
    public SandboxServer Mail => _mail;

    /// <summary>The host that logins go to.</summary>
    public SandboxServer Imap => _imap;

    public static async Task<SandboxRemotes> StartAsync(SandboxProtocol protocol = SandboxProtocol.Lmtp, bool keepBodies = true)
    {
        var remotes = new SandboxRemotes(protocol, keepBodies);
        await remotes._mail.StartAsync(CancellationToken.None);
        await remotes._imap.StartAsync(CancellationToken.None);
        return remotes;
    }

    /// <summary>The first message that someone got, once it is there; a queued one may need a retry or two.</summary>
    public Task<SandboxMessage> FirstMessageAsync(Account account) => Eventually.FindAsync($"a message for {account.Mailbox}",
        () => Accounts.Messages(account.Mailbox) is [var first, ..] ? first : null, TimeSpan.FromSeconds(40));

    public GatewayConfig Config(Func<RemoteText, RemoteText>? vary = null)
    {
        var mail = new RemoteText("lmtp", _protocol == SandboxProtocol.Lmtp ? "lmtp" : "smtp", _mail.Port)
        {
            Auth = (Account.RelayServer.Mailbox, Account.RelayServer.Secret),
        };
        return new GatewayConfig { Remotes = $"{(vary is null ? mail : vary(mail))}{new RemoteText("imap", "imap", _imap.Port)}" };
    }

    public async ValueTask DisposeAsync()
    {
        await _mail.DisposeAsync();
        await _imap.DisposeAsync();
    }
}
