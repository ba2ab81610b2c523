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
            Assert.Matches("<bob@example.net> waiting, (1 attempt|[02-9] attempts): ", shown);
            Assert.Equal((1, ""), await RunAsync("retry", id));
            Assert.Equal("posthouse: there is no remote named hos; a hop is one of host, mx/DOMAIN\n", (await RunAllAsync("retry", "--hop", "hos")).Errors);
            Assert.Equal((0, "0 messages held; 1 held before\n"), await RunAsync("hold", "--hop", "host"));
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
    public async Task A_word_that_is_no_id_is_never_taken_for_all()
    {
        await WriteAsync();
        var id = await CommitAsync();
        await using (await GatewayServer.StartAsync(Config, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token))
        {
            using var queue = new QueueClient(Path.Combine(_folder, "queue"));
            foreach (var word in (string[])["", " ", ".", "..", "all", "all/cancel", "x"])
            {
                Assert.NotEqual(0, (await RunAsync("cancel", word)).ExitCode);
                Assert.NotEqual(0, (await RunAsync("hold", word)).ExitCode);
                foreach (var action in Enum.GetValues<QueueAction>())
                    Assert.Equal(QueueAnswer.NotFound, await queue.ActAsync(word, action, withReport: false, Token));
                Assert.Equal(QueueAnswer.NotFound, await queue.DropAsync(word, Token));
            }
            // An older client's path, or anybody's with its id lost.
            using var http = ControlHttp.Create(Path.Combine(_folder, "queue"));
            foreach (var path in (string[])["/queue//cancel", "/queue/./cancel", "/queue/cancel"])
                Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.PostAsync(new Uri(path, UriKind.Relative), null, Token)).StatusCode);

            var (_, listed) = await RunAsync("list", "--json");
            var entry = Assert.Single(JsonSerializer.Deserialize(listed, ControlJson.Default.IReadOnlyListQueueEntry)!);
            Assert.Equal((id, false), (entry.Id, entry.IsHeld));
        }
    }

    [Fact]
    public async Task Without_a_gateway_the_queue_can_be_read_and_nothing_else()
    {
        await WriteAsync();
        Assert.Equal(1, (await RunAsync("list")).ExitCode);
        var id = await CommitAsync();
        Assert.Contains($"{id}  ", (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("show", id)).ExitCode);
        foreach (var action in (string[])["retry", "hold", "release", "cancel", "drop"])
            Assert.Equal((1, "", $"posthouse: no gateway runs on the queue in {_folder}/queue; start it with 'posthouse serve'\n"), await RunAllAsync(action, id));
        Assert.Equal(1, (await RunAsync("retry", "--all")).ExitCode);
        Assert.Contains("1 message waits", (await RunAsync("list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_queue_is_listed_under_a_header_with_hops_and_states_whatever_else_is_wrong_with_the_file()
    {
        await WriteAsync();
        var id = await CommitAsync();
        await using (await GatewayServer.StartAsync(Config, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token))
        {
            await RunAsync("hold", id);
            await WriteAsync("outbound.next-hopp = 1\n");
            var lines = (await RunAsync("list")).Output.Split('\n');
            Assert.Equal(4, lines.Length);
            Assert.Equal(["ID", "RECEIVED", "(UTC)", "OCTETS", "RECIPIENTS", "HOP", "STATE"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..7]);
            Assert.Matches($"^{id}  .*  +17  +1  host  (held|being delivered) +<ann@example.org>", lines[1]);
            Assert.Equal("1 message waits", lines[2]);
        }
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("hold", "--hop", "host", "--all")]
    [InlineData("release", "0000000000", "--all")]
    [InlineData("cancel", "--nobody")]
    [InlineData("hold", "--no-report", "0000000000")]
    [InlineData("drop", "--all")]
    [InlineData("drop")]
    public async Task A_command_line_that_names_nothing_or_too_much_or_an_option_that_is_none_does_nothing(params string[] line)
    {
        await WriteAsync();
        var (exitCode, output, errors) = await RunAllAsync(line[0], line[1..]);
        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("done", output, StringComparison.Ordinal);
        Assert.DoesNotContain("no gateway", errors, StringComparison.Ordinal);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task What_is_in_quarantine_is_written_to_a_file_and_dropped_by_its_id()
    {
        await WriteAsync();
        var (id, other) = (await CommitAsync(), await CommitAsync());
        using (var connection = StoreDatabase.OpenWriter(Path.Combine(_folder, "queue", "queue.db"), null))
            StoreDatabase.Execute(connection, "UPDATE recipient SET mailbox = 'bab@example.net' WHERE message = (SELECT MIN(id) FROM message)");
        var file = Path.Combine(_folder, "rows.json");
        await using (await GatewayServer.StartAsync(Config, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token))
        {
            while (!(await RunAsync("check")).Output.Contains($"{id}: in quarantine", StringComparison.Ordinal))
                await Task.Yield();
            Assert.Equal((0, $"{id}: written to {file}\n", ""), await RunAllAsync("export", id, "--to", file));
            // Never over what is there.
            Assert.Equal(1, (await RunAsync("export", id, "--to", file)).ExitCode);
            Assert.Equal((1, ""), await RunAsync("export", "0000000000", "--to", file + "2"));
            Assert.False(File.Exists(file + "2"));

            Assert.Equal((1, "", $"posthouse: {other}: is not in quarantine\n"), await RunAllAsync("drop", other));
            Assert.Equal((0, $"{id}: dropped\n", ""), await RunAllAsync("drop", id));
            Assert.Equal(1, (await RunAsync("drop", id)).ExitCode);
            Assert.DoesNotContain(id, (await RunAsync("check")).Output, StringComparison.Ordinal);
        }
        using var rows = JsonDocument.Parse(await File.ReadAllTextAsync(file, Token));
        Assert.Equal("bab@example.net", rows.RootElement.GetProperty("recipient")[0].GetProperty("mailbox").GetString());
        Assert.Contains("is not what was written", rows.RootElement.GetProperty("quarantine")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("Subject: x\r\n\r\nx\r\n"u8, rows.RootElement.GetProperty("chunk")[0].GetProperty("octets").GetBytesFromBase64());
        Assert.Equal(0, rows.RootElement.GetProperty("unreadable").GetArrayLength());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("1 message waits", (await RunAsync("list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_does_not_end_leaves_no_file_and_touches_none_that_was_there()
    {
        await WriteAsync();
        var (id, to) = (await CommitAsync(), Path.Combine(_folder, "rows.json"));
        using (var stop = new CancellationTokenSource())
        {
            await stop.CancelAsync();
            Assert.Equal((1, "", "posthouse: interrupted; what was done before that stays done\n"), await RunAllAsync("export", stop.Token, id, "--to", to));
        }
        Assert.False(File.Exists(to));

        await File.WriteAllBytesAsync(Path.Combine(_folder, "queue", "queue.db"), new byte[4096], Token);
        var (exitCode, _, errors) = await RunAllAsync("export", id, "--to", to);
        Assert.Equal(1, exitCode);
        Assert.Contains("cannot be read", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(to));

        await File.WriteAllTextAsync(to, "mine", Token);
        Assert.Equal(1, (await RunAllAsync("export", id, "--to", to)).ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(to, Token));
    }

    [Fact]
    public async Task Of_a_hop_it_is_said_what_becomes_of_recipients_elsewhere()
    {
        await WriteAsync(second: true);
        var id = await CommitAsync("bob@example.net", "carl@other.example");
        await using (await GatewayServer.StartAsync(Config, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token))
        {
            Assert.Equal((0, "1 message held; 1 of them for other hops too, and held there as well\n"), await RunAsync("hold", "--hop", "other"));
            while ((await RunAllAsync("cancel", "--hop", "other", "--no-report")) is var (exitCode, output, _) && output != "1 message cancelled; 1 of them still in the queue for other hops\n")
                Assert.Equal((1, "0 messages cancelled; 1 being delivered at this moment\n"), (exitCode, output));
            var (_, shown) = await RunAsync("show", id);
            Assert.Contains("<bob@example.net> waiting", shown, StringComparison.Ordinal);
            Assert.Contains("<carl@other.example> failed", shown, StringComparison.Ordinal);
            Assert.Contains(", to host, held", shown, StringComparison.Ordinal);
        }
    }

    Task WriteAsync(string more = "", bool second = false) => File.WriteAllTextAsync(Config, $$"""
        [server]
        hostname = "gw.example.org"
        [server.listener.smtp]
        bind = "127.0.0.1:0"
        [queue]
        path = "{{_folder}}/queue"
        outbound.next-hop = {{(second ? "[{ if = \"rcpt-domain\", eq = \"other.example\", then = \"other\" }, { else = \"host\" }]" : "\"host\"")}}
        {{more}}
        [remote.host]
        address = "127.0.0.1"
        port = 1
        protocol = "lmtp"
        {{(second ? "[remote.other]\naddress = \"127.0.0.1\"\nport = 2\nprotocol = \"lmtp\"" : "")}}
        """, Token);

    async Task<string> CommitAsync(params string[] recipients)
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "queue")));
        await store.CommitAsync("Subject: x\r\n\r\nx\r\n"u8.ToArray(), Letters.Envelope(recipients is [] ? ["bob@example.net"] : recipients) with { Origin = new MessageOrigin { Received = DateTimeOffset.UtcNow } });
        return (await store.Committed.ReadAsync(Token)).Key.ToString();
    }

    async Task<(int ExitCode, string Output)> RunAsync(string verb, params string[] arguments)
    {
        var (exitCode, output, _) = await RunAllAsync(verb, arguments);
        return (exitCode, output);
    }

    Task<(int ExitCode, string Output, string Errors)> RunAllAsync(string verb, params string[] arguments) => RunAllAsync(verb, Token, arguments);

    async Task<(int ExitCode, string Output, string Errors)> RunAllAsync(string verb, CancellationToken stop, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await PosthouseCommand.Create().Parse(["queue", verb, "--config", Config, .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, stop);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
