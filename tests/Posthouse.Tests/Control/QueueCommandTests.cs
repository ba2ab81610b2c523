using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Commands;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;
using Posthouse.Tests.Queue;

namespace Posthouse.Tests.Control;

/// <summary><c>posthouse queue</c> against a gateway in this process, and against a folder on which none runs.</summary>
public sealed class QueueCommandTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string Config => Path.Combine(_folder, "posthouse.toml");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_queue_is_listed_held_released_and_cancelled_through_the_running_gateway()
    {
        await WriteAsync();
        var id = await CommitAsync();
        await using (await GatewayServer.StartAsync(Config, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "queue", "control.sock")));
            Assert.Equal((0, $"{id}: done\n"), await RunAsync("hold", id));
            Assert.Equal((0, $"{id}: nothing to do\n"), await RunAsync("hold", id));
            var (_, listed) = await RunAsync("list", "--json");
            var entry = Assert.Single(JsonSerializer.Deserialize(listed, ControlJson.Default.IReadOnlyListQueueEntry)!);
            Assert.Equal((id, "ann@example.org", true), (entry.Id, entry.Sender, entry.IsHeld));
            var (_, shown) = await RunAsync("show", id);
            Assert.Contains("<bob@example.net> waiting", shown, StringComparison.Ordinal);
            Assert.Equal((0, $"{id}: done\n"), await RunAsync("release", id));
            Assert.Equal((1, ""), await RunAsync("retry", "0000000000"));
            Assert.Equal(0, (await RunAsync("hold", id)).ExitCode);
            // An attempt may be under way still.
            while ((await RunAsync("cancel", id, "--no-report")).ExitCode != 0)
                await Task.Yield();
            // The mark is written within 50 ms.
            while ((await RunAsync("show", id)).ExitCode == 0)
                await Task.Yield();
        }
        Assert.Equal((0, "0 messages wait\n"), await RunAsync("list"));
    }

    [Fact]
    public async Task Without_a_gateway_the_queue_can_be_read_and_nothing_else()
    {
        await WriteAsync();
        Assert.Equal(1, (await RunAsync("list")).ExitCode);
        var id = await CommitAsync();
        Assert.Contains($"{id}  ", (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("show", id)).ExitCode);
        foreach (var action in (string[])["retry", "hold", "release", "cancel"])
            Assert.Equal((1, ""), await RunAsync(action, id));
        Assert.Equal(1, (await RunAsync("retry", "--all")).ExitCode);
        Assert.Contains("1 messages wait", (await RunAsync("list")).Output, StringComparison.Ordinal);
    }

    Task WriteAsync() => File.WriteAllTextAsync(Config, $$"""
        [server]
        hostname = "gw.example.org"
        [server.listener.smtp]
        bind = "127.0.0.1:0"
        [queue]
        path = "{{_folder}}/queue"
        outbound.next-hop = "host"
        [remote.host]
        address = "127.0.0.1"
        port = 1
        protocol = "lmtp"
        """, Token);

    async Task<string> CommitAsync()
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "queue")));
        await store.CommitAsync("Subject: x\r\n\r\nx\r\n"u8.ToArray(), Letters.Envelope("bob@example.net") with { Origin = new MessageOrigin { Received = DateTimeOffset.UtcNow } });
        return (await store.Committed.ReadAsync(Token)).Key.ToString();
    }

    async Task<(int ExitCode, string Output)> RunAsync(string verb, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter();
        var exitCode = await PosthouseCommand.Create().Parse(["queue", verb, "--config", Config, .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, Token);
        return (exitCode, output.ToString());
    }
}
