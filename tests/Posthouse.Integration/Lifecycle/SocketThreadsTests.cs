using System.Globalization;
using Posthouse.Integration.Gateways;

namespace Posthouse.Integration.Lifecycle;

/// <summary>Whether dialogues go on where their sockets are polled. The runtime shows it by polling on a thread for each processor, and on few ones otherwise.</summary>
public class SocketThreadsTests
{
    [Fact]
    [Trait("Executable", "Native")]
    public async Task Sockets_are_polled_by_a_thread_for_each_processor()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        var threads = Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{gateway.Id}/task"))
            .Select(static thread => File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd());

        Assert.Equal(Environment.ProcessorCount, threads.Count(static name => name == ".NET Sockets"));
    }
}
