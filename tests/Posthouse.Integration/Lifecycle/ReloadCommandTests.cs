using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Lifecycle;

/// <summary><c>posthouse reload</c> beside <c>posthouse serve</c>, seen from the shell.</summary>
[Trait("Executable", "Native")]
public sealed class ReloadCommandTests
{
    [Fact]
    public async Task A_reload_is_in_force_when_the_command_ends_and_a_bad_file_changes_nothing()
    {
        var config = new GatewayConfig { Remotes = $"{new RemoteText("lmtp", "lmtp", LoopbackPort.Take())}{new RemoteText("imap", "imap", LoopbackPort.Take())}" };
        await using var gateway = await GatewayProcess.StartAsync(config);

        var (code, output) = await gateway.AskForReloadAsync(config with { Greeting = "the second" });
        Assert.True(code == 0, output);
        Assert.Contains("reloaded: remotes: 2 kept; settings: server.greeting", output, StringComparison.Ordinal);
        Assert.EndsWith("the second", await GreetingAsync(gateway), StringComparison.Ordinal);

        (code, output) = await gateway.AskForReloadAsync(config with { Greeting = "the third", Lists = "broken = 7" });
        Assert.True(code == 1, output);
        Assert.Matches($@"{gateway.Configuration}:\d+:10: error: list\.broken: ", output);
        Assert.EndsWith("the second", await GreetingAsync(gateway), StringComparison.Ordinal);

        await gateway.TerminateAsync(TimeSpan.FromSeconds(20));
        (code, output) = await gateway.AskForReloadAsync(config);
        Assert.True(code == 1, output);
        Assert.Contains("no gateway answers in ", output, StringComparison.Ordinal);
    }

    static async Task<string> GreetingAsync(GatewayProcess gateway)
    {
        await using var client = await gateway.ConnectAsync();
        return client.Greeting.ToString();
    }
}
