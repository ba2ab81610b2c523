using Posthouse.Integration.Gateways;

namespace Posthouse.Integration.Lifecycle;

/// <summary>What two processes may do to one queue.</summary>
public class QueueFolderTests
{
    [Fact]
    public async Task A_second_gateway_on_the_same_queue_ends_with_1_and_the_first_goes_on()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());

        var (exit, output) = await PosthouseExecutable.RunAsync("serve", "--config", gateway.Configuration);

        Assert.Equal(1, exit);
        Assert.Contains("another Posthouse uses it", output, StringComparison.Ordinal);
        await using var client = await gateway.ConnectAsync();
        Assert.Equal(250, (await client.SayAsync("NOOP")).Code);
    }

    [Fact]
    public async Task The_queue_is_checked_beside_a_gateway_that_uses_it_and_after_it()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());

        Assert.Equal((0, "ok"), await CheckAsync(gateway));
        Assert.Equal(0, await gateway.TerminateAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal((0, "ok"), await CheckAsync(gateway));
    }

    static async Task<(int ExitCode, string LastWord)> CheckAsync(GatewayProcess gateway)
    {
        var (exit, output) = await PosthouseExecutable.RunAsync("queue", "check", "--config", gateway.Configuration);
        return (exit, output.TrimEnd().Split(' ')[^1]);
    }
}
