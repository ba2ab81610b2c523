using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Smtp;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes.Forwarding;

/// <summary>Two clients of ours, and ways to come on their behalf.</summary>
static class Clients
{
    public static readonly ClientIdentity Ann = new(IPAddress.Parse("192.0.2.7"), 50000)
    {
        LocalAddress = IPAddress.Parse("198.51.100.1"),
        LocalPort = 587,
        HelloName = "ann.example",
        Login = "ann+x@example.org",
    };

    public static readonly ClientIdentity Bob = new(IPAddress.Parse("2001:db8::b"), 50001)
    {
        LocalAddress = IPAddress.Parse("2001:db8::1"),
        LocalPort = 25,
        HelloName = "bob.example",
        IsExtended = false,
        Login = "bob",
    };

    public static RemoteHostOptions Told(this RemoteHostOptions options, ForwardClient how) => options with { ForwardClient = how };

    public static RelayRequest Mail(ClientIdentity? client, string recipient = "jane@example.org") =>
        SandboxedHost.Request("a: b\r\n\r\n", recipient) with { Client = client };

    public static async Task<Answer> LogInAsync(this RemoteHost host, ClientIdentity? client, string user = "jane@example.org", string secret = "tulip")
    {
        using var credentials = Jane(user, secret);
        return await host.AuthenticateAsync(credentials, client, SandboxedHost.Token);
    }

    public static Credentials Jane(string user = "jane@example.org", string secret = "tulip") => new(user, System.Text.Encoding.ASCII.GetBytes(secret));

    public static async Task<Outcome> RelayAsync(this RemoteHost host, ClientIdentity? client) =>
        Assert.Single((await host.RelayAsync(Mail(client), SandboxedHost.Token)).Outcomes);

    /// <summary>On whose behalf the server thought each of these commands to come, in order; null = ours.</summary>
    public static List<SandboxClient?> SeenBy(this SandboxJournal journal, string verb) =>
        [.. journal.Entries.Where(entry => entry.Direction == SandboxDirection.FromClient && entry.Text.Split(' ').Contains(verb)).Select(entry => entry.Client)];

    public static Task<SmtpConnection> ConnectAsync(this IDialler dialler, RemoteHostOptions options, ClientIdentity? client) =>
        new SmtpEstablishment(options, dialler, TimeProvider.System, NullLogger.Instance).EstablishAsync(ConnectionKind.Anonymous, client, options.Timeout, SandboxedHost.Token);

    public static Task<ImapConnection> ConnectImapAsync(this IDialler dialler, RemoteHostOptions options, ClientIdentity? client = null) =>
        new ImapEstablishment(options, dialler, TimeProvider.System, NullLogger.Instance).EstablishAsync(client, options.Timeout, SandboxedHost.Token);
}
