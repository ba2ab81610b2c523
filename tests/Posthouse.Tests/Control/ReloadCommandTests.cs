using System.CommandLine;
using Posthouse.Commands;
using Posthouse.Gateway.Control;

namespace Posthouse.Tests.Control;

/// <summary><c>posthouse reload</c> against a gateway in this process, and where none runs.</summary>
public sealed class ReloadCommandTests : IAsyncLifetime
{
    readonly GatewayFolder _site = new();
    readonly EventCounts _log = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _site.Host.StartAsync(Token);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task What_was_taken_is_said_when_it_is_in_force()
    {
        await StartAsync();
        await _site.WriteAsync(_site.Text("two", remote: "concurrency = 7", more: "[global.tracing]\nlevel = \"debug\"\n"));
        var (exitCode, output, errors) = await RunAsync();
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.EndsWith(
            $"""
            {_site.FileName}: ok, 1 warning
            global.tracing has changed and takes effect at the next start
            {_site.FileName}: reloaded: 0 remotes kept, 1 changed, 0 added, 0 removed

            """.ReplaceLineEndings("\n"),
            output,
            StringComparison.Ordinal);
        Assert.Equal("two", await _site.GreetingAsync());
        Assert.Equal((1, 1), (_log.Count("Reloaded"), _log.Count("NeedsRestart")));
    }

    [Fact]
    public async Task An_error_is_told_with_its_place_and_changes_nothing()
    {
        await StartAsync();
        await _site.WriteAsync(_site.Text("two", server: "wach = true"));
        var (exitCode, output, errors) = await RunAsync();
        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"""{_site.FileName}:4:1: error: server.wach: is not a known key; did you mean "watch"?""", output, StringComparison.Ordinal);
        Assert.Contains("  4 | wach = true", output, StringComparison.Ordinal);
        Assert.Contains("not reloaded, the configuration before stays in force: it has errors", errors, StringComparison.Ordinal);
        Assert.Equal(("one", 1), (await _site.GreetingAsync(), _log.Count("ReloadRefused")));
    }

    [Fact]
    public async Task Text_that_is_no_toml_is_told_though_it_names_no_queue()
    {
        await StartAsync();
        await _site.WriteAsync("[server\n");
        var (exitCode, output, errors) = await RunAsync();
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{_site.FileName}:1:", output, StringComparison.Ordinal);
        Assert.Contains("nothing was reloaded", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_cannot_be_had_is_told()
    {
        await StartAsync();
        await _site.WriteAsync(_site.Text("two", bind: $"127.0.0.1:{_site.Host.Port}"));
        var (exitCode, _, errors) = await RunAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains($"server.listener.smtp: cannot listen on 127.0.0.1:{_site.Host.Port}:", errors, StringComparison.Ordinal);
        Assert.Equal("one", await _site.GreetingAsync());
    }

    [Fact]
    public async Task A_file_that_the_gateway_cannot_read_is_exit_code_2()
    {
        await StartAsync();
        // The command is given another file of the same queue, so it comes as far as the gateway, which has lost its own.
        File.Move(_site.FileName, _site["other.toml"]);
        var (exitCode, _, errors) = await RunAsync(_site["other.toml"]);
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"posthouse: {_site.FileName}: not reloaded", errors, StringComparison.Ordinal);
        Assert.Equal("one", await _site.GreetingAsync());
    }

    [Fact]
    public async Task A_missing_file_is_exit_code_2()
    {
        var (exitCode, _, errors) = await RunAsync();
        Assert.Equal((2, $"posthouse: {_site.FileName}: there is no such file"), (exitCode, errors.TrimEnd()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("wach = true", "server.wach")]
    public async Task Where_no_gateway_runs_that_is_said_and_what_is_wrong_with_the_file_too(string server, string key)
    {
        await _site.WriteAsync(_site.Text(server: server));
        var (exitCode, output, errors) = await RunAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains(key, output, StringComparison.Ordinal);
        Assert.Contains($"no gateway runs on {_site["queue"]}: ", errors, StringComparison.Ordinal);
    }

    Task<GatewayServer> StartAsync() => _site.StartAsync(_site.Text("one"), new GatewayServices { Loggers = _log });

    async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? file = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await PosthouseCommand.Create().Parse(["reload", "--config", file ?? _site.FileName])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, Token);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
