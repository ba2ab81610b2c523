using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Lookups;

/// <summary>A question that is under way while its host is replaced.</summary>
public sealed class ReplacedRemoteTests : IAsyncDisposable
{
    static readonly LookupLadder Ladder = new([new LookupTarget(LookupKind.Remote, "host")]);

    // It takes connections and never greets.
    readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly SandboxServer _mail = new(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = new SandboxAccounts().AddUser("jane@example.org", "secret") });
    readonly LookupDirectory _directory = new();
    readonly RemoteHostRegistry _remotes;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ReplacedRemoteTests()
    {
        _silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _silent.Listen();
        _remotes = new RemoteHostRegistry([Host(((IPEndPoint)_silent.LocalEndPoint!).Port)]);
        _directory.Use(_remotes);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("recipient")]
    [InlineData("VRFY")]
    [InlineData("in-list")]
    public async Task Goes_to_the_host_that_takes_its_place(string question)
    {
        await _mail.StartAsync(Cancel);
        var asked = AskAsync(question);
        // The host is asked when it has a connection that waits for its greeting.
        using var taken = await _silent.AcceptAsync(Cancel);
        Assert.False(asked.IsCompleted);
        _remotes.Apply([Host(_mail.Port)]);
        Assert.Equal(AnswerKind.Yes, await asked.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task Is_unavailable_where_none_takes_its_place()
    {
        var asked = AskAsync("recipient");
        using var taken = await _silent.AcceptAsync(Cancel);
        _remotes.Apply([]);
        Assert.Equal(AnswerKind.Unavailable, await asked.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        _silent.Dispose();
        await _remotes.DisposeAsync();
        await _mail.DisposeAsync();
    }

    async Task<AnswerKind> AskAsync(string question)
    {
        Assert.True(Mailbox.TryParse("jane@example.org", out var jane));
        switch (question)
        {
            case "login":
                using (var credentials = new Credentials("jane@example.org", "secret"u8))
                    return (await _directory.AuthenticateAsync(Ladder, credentials, null, Cancel)).Kind;
            case "recipient":
                return (await _directory.VerifyRecipientAsync(Ladder, jane, Cancel)).Answer.Kind;
            case "VRFY":
                return (await _directory.VerifyAsync(Ladder, "jane@example.org", Cancel)).Kind;
            default:
                return await _directory.Membership(Ladder.Targets[0]).ContainsAsync("jane@example.org", Cancel) == Posthouse.Gateway.Rules.Membership.Yes
                    ? AnswerKind.Yes : AnswerKind.Unavailable;
        }
    }

    static RemoteHostOptions Host(int port) => new()
    {
        Id = "host",
        Address = "127.0.0.1",
        Port = port,
        Protocol = RemoteProtocol.Lmtp,
        Lookup = true,
        Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
    };
}
