using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.Sandboxes;

/// <summary>Where TLS was asked for, nothing of worth is said without it: no login, no recipient, no message.</summary>
public class CleartextTests
{
    [Theory]
    [InlineData(SandboxProtocol.Lmtp, Fault.Hidden)]
    [InlineData(SandboxProtocol.Lmtp, Fault.Refused)]
    [InlineData(SandboxProtocol.Lmtp, Fault.Injected)]
    [InlineData(SandboxProtocol.Smtp, Fault.Hidden)]
    [InlineData(SandboxProtocol.Smtp, Fault.Refused)]
    [InlineData(SandboxProtocol.Smtp, Fault.Injected)]
    public async Task A_mail_host_without_STARTTLS_is_told_nothing(SandboxProtocol protocol, Fault fault)
    {
        await using var remotes = await SandboxRemotes.StartAsync(protocol);
        Break(remotes.Mail, fault);
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var client = await gateway.ConnectAsync();
        await client.SayAsync("EHLO client.example.org");
        await client.SayAsync("MAIL FROM:<a@example.net>");

        var reply = await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>");

        Assert.StartsWith("451 4.4.3", reply.ToString(), StringComparison.Ordinal);
        Assert.True(remotes.Mail.Journal.Connections > 0);
        AssertNeverSaid(remotes.Mail, "AUTH", "MAIL", "RCPT", "DATA", "BDAT");
    }

    [Theory]
    [InlineData(Fault.Hidden)]
    [InlineData(Fault.Refused)]
    [InlineData(Fault.Injected)]
    public async Task An_IMAP_host_without_STARTTLS_is_shown_no_login(Fault fault)
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        Break(remotes.Imap, fault);
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();

        var reply = await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.StartsWith("454 4.7.0", reply.ToString(), StringComparison.Ordinal);
        Assert.True(remotes.Imap.Journal.Connections > 0);
        AssertNeverSaid(remotes.Imap, "AUTHENTICATE", "LOGIN");
    }

    [Fact]
    public async Task A_message_waits_in_the_queue_until_STARTTLS_is_back()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        // A connection serves one request, so that the relay must connect anew.
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config(mail => mail with { Requests = 1 }));
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var message = TestMessage.Hostile("stripped");
        await client.SayAsync("MAIL FROM:<a@example.net> BODY=8BITMIME");
        Assert.Equal(250, (await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>")).Code);
        remotes.Mail.Faults.HideStartTls = true;
        var connections = remotes.Mail.Journal.Connections;

        var reply = await client.DataAsync(message.Bytes);
        await Eventually.FindAsync("a try without STARTTLS", () => remotes.Mail.Journal.Connections > connections ? message : null);
        AssertNeverSaid(remotes.Mail, "DATA", "BDAT");
        remotes.Mail.Faults.HideStartTls = false;

        Assert.StartsWith("250 2.0.0", reply.ToString(), StringComparison.Ordinal);
        var delivered = await remotes.FirstMessageAsync(Account.Jane);
        Assert.True(delivered.Body.Span.EndsWith(message.Bytes));
    }

    static void Break(SandboxServer host, Fault fault)
    {
        host.Faults.HideStartTls = fault == Fault.Hidden;
        host.Faults.RefuseStartTls = fault == Fault.Refused;
        if (fault == Fault.Injected)
            host.Faults.InjectAfterStartTls = [.. "250 injected\r\n* OK injected\r\n"u8];
    }

    static void AssertNeverSaid(SandboxServer host, params string[] verbs)
        => Assert.All(verbs, verb => Assert.Equal(0, host.Journal.Count(verb)));

    /// <summary>What became of STARTTLS on the way.</summary>
    public enum Fault
    {
        Hidden,
        Refused,
        Injected,
    }
}
