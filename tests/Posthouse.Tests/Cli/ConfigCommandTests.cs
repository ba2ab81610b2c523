using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Posthouse.Commands;
using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Cli;

public sealed class ConfigCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("check")]
    [InlineData("check --bogus file")]
    [InlineData("check --json --live file")]
    [InlineData("config")]
    [InlineData("config diff one")]
    public async Task A_wrong_command_line_ends_with_2(string line) => Assert.Equal(ExitCodes.Usage, (await RunAsync(line.Split(' '))).ExitCode);

    [Fact]
    public async Task Help_ends_with_0() => Assert.Equal(ExitCodes.Success, (await RunAsync("check", "--help")).ExitCode);

    [Fact]
    public async Task Check_tells_editors_in_json()
    {
        var file = Write("a.toml", "[server]\nhostnme = \"mx\"\n");

        var (exitCode, output, _) = await RunAsync("check", "--json", file);

        Assert.Equal(ExitCodes.Failure, exitCode);
        var entries = System.Text.Json.JsonDocument.Parse(output).RootElement.EnumerateArray().ToList();
        var error = Assert.Single(entries, e => e.GetProperty("severity").GetString() == "error");
        Assert.Equal(["file", "line", "column", "severity", "key", "message"], error.EnumerateObject().Select(p => p.Name));
        Assert.Equal((file, 2, 1, "server.hostnme"), (error.GetProperty("file").GetString()!, error.GetProperty("line").GetInt32(),
            error.GetProperty("column").GetInt32(), error.GetProperty("key").GetString()!));
    }

    [Fact]
    public async Task Check_shows_the_line_and_a_caret_without_a_terminal_too()
    {
        var (_, output, _) = await RunAsync("check", Write("a.toml", "[server]\nhostnme = \"mx\"\n"));

        Assert.Contains("  2 | hostnme = \"mx\"\n    | ^\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }

    [Fact]
    public async Task Live_tells_the_step_that_failed_and_ends_with_1()
    {
        var port = FreePort();
        var (exitCode, output, _) = await RunAsync("check", "--live", Write("a.toml",
            $"[remote.r]\naddress = \"127.0.0.1\"\nport = {port}\nprotocol = \"smtp\"\ntls.implicit = false\n"));

        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("remote r at ", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^  connect +[0-9.]+ ms  failed: ", output);
    }

    [Fact]
    public async Task Show_names_each_value_with_its_origin()
    {
        var file = Write("a.toml", "[server]\nhostname = \"mx.example.org\"\n");

        var (exitCode, output, _) = await RunAsync("config", "show", file);

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains($"server.hostname = \"mx.example.org\"  # {file}:2\n", output, StringComparison.Ordinal);
        Assert.Contains("session.timeout = \"5m\"  # default\n", output, StringComparison.Ordinal);
        Assert.Contains("\"key\": \"session.timeout\"", (await RunAsync("config", "show", "--json", file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_ends_with_1_where_something_differs()
    {
        var a = Write("a.toml", "[session]\ntimeout = \"1h\"\n");
        var b = Write("b.toml", "[session]\ntimeout = \"5m\"\n");

        Assert.Equal((ExitCodes.Failure, "- session.timeout = \"1h\"\n+ session.timeout = \"5m\"\n", ""), await RunAsync("config", "diff", a, b));
        Assert.Equal((ExitCodes.Success, "", ""), await RunAsync("config", "diff", a, a));
        Assert.Equal(ExitCodes.Unreadable, (await RunAsync("config", "diff", a, Path.Combine(_folder, "none.toml"))).ExitCode);
    }

    [Fact]
    public async Task Import_writes_a_file_that_passes_check()
    {
        var (exitCode, output, _) = await RunAsync("config", "import", Write("old.toml", "[directory.d]\ntype = \"imap\"\nhost = \"127.0.0.1\"\n"));

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(ExitCodes.Success, (await RunAsync("check", Write("new.toml", output))).ExitCode);
    }

    [Theory]
    [InlineData(true, null, "xterm", true)]
    [InlineData(true, "", "xterm", true)]
    [InlineData(true, "1", "xterm", false)]
    [InlineData(true, null, "dumb", false)]
    [InlineData(false, null, "xterm", false)]
    public void Colour_is_for_terminals_that_nobody_forbade_it(bool isTerminal, string? noColour, string terminal, bool isWanted) =>
        Assert.Equal(isWanted, TerminalColour.IsWanted(isTerminal, noColour, terminal));

    [Fact]
    public void In_colour_place_and_severity_stand_out()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new CheckReport(output, showSource: false, isColoured: true).Write("a", new ConfigResult(null, [new(true, "a", 3, 5, "k", "m")]));

        Assert.Equal("\e[1ma:3:5: \e[31merror\e[0m: k: m\n", output.ToString());
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    // Bound to nothing, so that a connection is refused.
    static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await PosthouseCommand.RunAsync(
            args, new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
