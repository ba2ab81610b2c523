using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Commands;
using Posthouse.Gateway.Control;
using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;
using Posthouse.Tests.Remotes;

namespace Posthouse.Tests.Control;

/// <summary><c>posthouse remotes</c> against a gateway in this process, and where none runs.</summary>
public sealed class RemotesCommandTests : IAsyncDisposable
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
    public async Task Remotes_are_listed_and_their_answers_forgotten_one_by_one_or_all()
    {
        await using var server = new SandboxServer(new SandboxOptions
        {
            Protocol = SandboxProtocol.Lmtp,
            Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip").AddUser("joe@example.org", "tulip"),
        });
        await server.StartAsync(Token);
        await WriteAsync(server.Port);
        await using var gateway = await GatewayServer.StartAsync(Config, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token);
        foreach (var (name, kind) in ((string, AnswerKind)[])[("jane@example.org", AnswerKind.Yes), ("joe@example.org", AnswerKind.Yes), ("nobody@example.org", AnswerKind.No)])
            Assert.Equal(kind, (await gateway.Remotes["stores"].VerifyRecipientAsync(SandboxedHost.MailboxOf(name), Token)).Kind);

        // An answer comes before the RSET behind it.
        await SandboxedHost.UntilAsync(() => gateway.Remotes["stores"].Snapshot().Idle == 1);

        var (_, table, _) = await RunAsync("list");
        Assert.Matches(@"^remote +breaker +idle +busy ", table);
        Assert.Matches(@"(?m)^stores +closed +1 +0 +0 +0 +1 +2 +1 +0 +0 +3 +-$", table);
        Assert.Matches(@"(?m)^other +closed +0 ", table);
        var (_, json, _) = await RunAsync("list", "--json");
        Assert.Equal(["other", "stores"], JsonSerializer.Deserialize(json, ControlJson.Default.IReadOnlyListRemoteHostSnapshot)!.Select(remote => remote.Id));

        Assert.Equal((0, "1 answer forgotten\n", ""), await RunAsync("flush", "stores", "--name", "jane@example.org"));
        Assert.Equal((0, "0 answers forgotten\n", ""), await RunAsync("flush", "--all", "--name", "jane@example.org"));
        Assert.Equal((0, "0 answers forgotten\n", ""), await RunAsync("flush", "other"));
        Assert.Equal((1, "", "posthouse: there is no remote store; there is other, stores\n"), await RunAsync("flush", "store"));
        Assert.Equal((0, "2 answers forgotten\n", ""), await RunAsync("flush", "--all"));
        await gateway.Remotes["stores"].VerifyRecipientAsync(SandboxedHost.MailboxOf("joe@example.org"), Token);
        Assert.Equal(4, server.Journal.Count("RCPT"));
    }

    [Fact]
    public async Task A_remote_is_tried_step_by_step_without_a_gateway()
    {
        await using var server = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = new SandboxAccounts() });
        await server.StartAsync(Token);
        await WriteAsync(server.Port);

        var (exitCode, output, _) = await RunAsync("test", "stores");
        Assert.Equal(0, exitCode);
        Assert.Contains("remote stores at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("remote other", output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("test")).ExitCode);
        Assert.Equal((1, "", "posthouse: there is no remote store; there is stores, other\n"), await RunAsync("test", "store"));
    }

    [Fact]
    public async Task Where_no_gateway_runs_the_command_says_so_and_what_it_cannot_understand_is_usage()
    {
        await WriteAsync(1);
        foreach (var arguments in (string[][])[["list"], ["flush", "--all"]])
        {
            var (exitCode, output, error) = await RunAsync(arguments[0], arguments[1..]);
            Assert.Equal((1, ""), (exitCode, output));
            Assert.StartsWith($"posthouse: no gateway runs on the queue in {_folder}/queue", error, StringComparison.Ordinal);
        }
        Assert.Equal(ExitCodes.Usage, (await RunAsync("flush")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("flush", "stores", "--all")).ExitCode);
        File.Delete(Config);
        Assert.Equal(ExitCodes.Unreadable, (await RunAsync("list")).ExitCode);
    }

    Task WriteAsync(int port) => File.WriteAllTextAsync(Config, $$"""
        [server]
        hostname = "gw.example.org"
        [server.listener.smtp]
        bind = "127.0.0.1:0"
        [queue]
        path = "{{_folder}}/queue"
        outbound.next-hop = "stores"
        [remote.stores]
        address = "127.0.0.1"
        port = {{port}}
        protocol = "lmtp"
        lookup = true
        concurrency = 1
        tls.implicit = false
        tls.starttls = "disable"
        [remote.other]
        address = "127.0.0.1"
        port = 1
        protocol = "lmtp"
        """, Token);

    async Task<(int ExitCode, string Output, string Error)> RunAsync(string verb, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await PosthouseCommand.RunAsync(
            ["remotes", verb, "--config", Config, .. arguments], new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null }, Token);
        return (exitCode, output.ToString(), error.ToString());
    }
}
