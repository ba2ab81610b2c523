using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

/// <summary>A sandbox and a remote host that is defined to be it.</summary>
sealed class SandboxedHost : IAsyncDisposable
{
    SandboxedHost(SandboxServer server, SandboxAccounts accounts, RemoteHost host)
    {
        Server = server;
        Accounts = accounts;
        Host = host;
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public SandboxServer Server { get; }

    public SandboxAccounts Accounts { get; }

    public RemoteHost Host { get; }

    public SandboxJournal Journal => Server.Journal;

    public static async Task<SandboxedHost> StartAsync(
        SandboxProtocol protocol,
        Func<RemoteHostOptions, RemoteHostOptions>? define = null,
        Func<SandboxOptions, SandboxOptions>? serve = null,
        RemoteHostServices? services = null)
    {
        var accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip").AddUser("joe@example.org", "tulip").AddService("relay", "mule");
        var sandbox = new SandboxOptions { Protocol = protocol, Accounts = accounts };
        var server = new SandboxServer(serve?.Invoke(sandbox) ?? sandbox);
        await server.StartAsync(Token);
        var options = new RemoteHostOptions
        {
            Id = "box",
            Address = "127.0.0.1",
            Port = server.Port,
            Protocol = Enum.Parse<RemoteProtocol>(protocol.ToString()),
            Lookup = true,
            HelloName = "post.example",
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
            Timeout = TimeSpan.FromSeconds(20),
        };
        return new SandboxedHost(server, accounts, new RemoteHost(define?.Invoke(options) ?? options, services));
    }

    /// <summary>The same sandbox and another host that is defined to be it; the one before goes.</summary>
    public SandboxedHost Redefine(Func<RemoteHostOptions, RemoteHostOptions> define, RemoteHostServices? services = null)
    {
        _ = Host.DisposeAsync().AsTask();
        return new SandboxedHost(Server, Accounts, new RemoteHost(define(Host.Options), services));
    }

    public async Task<Answer> CheckAsync(string mailbox) => await Host.VerifyRecipientAsync(MailboxOf(mailbox), Token);

    public async Task<Answer> LogInAsync(string user, string secret)
    {
        using var credentials = new Credentials(user, Encoding.UTF8.GetBytes(secret));
        return await Host.AuthenticateAsync(credentials, Token);
    }

    public Task<RelayResult> RelayAsync(string body, params string[] recipients) => Host.RelayAsync(Request(body, recipients), Token);

    /// <summary>Waits for what is not in the journal: the state of our own side.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        // No more than a guard: a test that waits for what never comes fails, and does not hang.
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            Token.ThrowIfCancellationRequested();
            Assert.False(guard.IsCancellationRequested, "waited in vain");
            await Task.Yield();
        }
    }

    public static RelayRequest Request(string body, params string[] recipients) => new(
        new MailCommand { ReversePath = MailboxOf("ann@sender.example") },
        [.. recipients.Select(recipient => new RcptCommand { Mailbox = MailboxOf(recipient) })],
        new MemoryBody(Encoding.Latin1.GetBytes(body)));

    public static Mailbox MailboxOf(string text) => Mailbox.TryParse(text, out var mailbox) ? mailbox : throw new ArgumentException(text, nameof(text));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>A body in memory, given out in pieces.</summary>
sealed class MemoryBody(byte[] octets, int piece = 100_000) : IMessageBody
{
    public long Length => octets.Length;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var at = 0; at < octets.Length; at += piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            yield return octets.AsMemory(at, Math.Min(piece, octets.Length - at));
        }
    }
}
