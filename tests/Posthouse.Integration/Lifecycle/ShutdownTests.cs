using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.Lifecycle;

/// <summary>How the process ends, and what it still has afterwards.</summary>
public class ShutdownTests
{
    static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task SIGTERM_says_421_to_idle_clients_and_exits_0_within_ten_seconds()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        await using var idle = await gateway.ConnectAsync();
        await idle.SayAsync("EHLO client.example.org");

        var exit = gateway.TerminateAsync(DrainLimit);
        var goodbye = await idle.ReadReplyAsync();

        Assert.StartsWith("421 4.3.2", goodbye.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task SIGTERM_with_a_host_that_hangs_and_mail_that_waits_exits_0_within_ten_seconds()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        var message = await QueueAsync(gateway, remotes, hostHangs: true);

        Assert.Equal(0, await gateway.TerminateAsync(DrainLimit));

        remotes.Mail.Faults.OnCommand = null;
        await gateway.StartAsync();
        var delivered = await remotes.FirstMessageAsync(Account.Jane);
        Assert.True(delivered.Body.Span.EndsWith(message.Bytes));
    }

    [Fact]
    public async Task A_message_that_got_its_250_survives_SIGKILL()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        var message = await QueueAsync(gateway, remotes, hostHangs: false);

        await gateway.KillAsync();
        await remotes.Mail.StartAsync(CancellationToken.None);
        await gateway.StartAsync();

        var delivered = await remotes.FirstMessageAsync(Account.Jane);
        Assert.True(delivered.Body.Span.EndsWith(message.Bytes));
    }

    // The recipient is known by then, so that only the relay meets a host that is gone or hangs.
    static async Task<TestMessage> QueueAsync(GatewayProcess gateway, SandboxRemotes remotes, bool hostHangs)
    {
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        await client.SayAsync("MAIL FROM:<a@example.net> BODY=8BITMIME");
        Assert.Equal(250, (await client.SayAsync($"RCPT TO:<{Account.Jane.Mailbox}>")).Code);
        if (hostHangs)
            remotes.Mail.Faults.OnCommand = (_, _) => SandboxAction.Stall;
        else
            await remotes.Mail.StopAsync();
        var message = TestMessage.Hostile("restart");
        Assert.StartsWith("250 2.0.0", (await client.DataAsync(message.Bytes)).ToString(), StringComparison.Ordinal);
        return message;
    }
}
