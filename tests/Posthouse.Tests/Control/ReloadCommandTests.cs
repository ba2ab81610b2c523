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
            {_site.FileName}: reloaded: remotes: 1 changed; settings: server.greeting, global.tracing.level

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
        Assert.Contains("not reloaded, the configuration before stays in force: it has an error, told above", errors, StringComparison.Ordinal);
        Assert.Equal(("one", 1), (await _site.GreetingAsync(), _log.Count("ReloadRefused")));
    }

    [Theory]
    [InlineData("[server\n")]
    [InlineData("[queue]\npath = \"QUEUE\"\n[server]\nhostname = [ \"a\"\n[session]\n")]
    public async Task Text_that_is_no_toml_is_refused_by_the_gateway_whose_log_tells_of_it(string text)
    {
        await StartAsync();
        await _site.WriteAsync(text.Replace("QUEUE", _site["queue"], StringComparison.Ordinal));
        var (exitCode, output, errors) = await RunAsync();
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{_site.FileName}:", output, StringComparison.Ordinal);
        Assert.Contains(": error: is not valid TOML: ", output, StringComparison.Ordinal);
        Assert.Equal($"posthouse: {_site.FileName}: not reloaded, the configuration before stays in force: it has an error, told above", errors.TrimEnd());
        Assert.Equal(("one", 1, 1), (await _site.GreetingAsync(), _log.Count("ReloadRefused"), _log.Count("ReloadError")));
    }

    [Fact]
    public async Task A_new_path_of_the_queue_hides_the_gateway_and_the_old_one_finds_it()
    {
        await StartAsync();
        await _site.WriteAsync(_site.Text("two", queue: "elsewhere"));
        var (exitCode, _, errors) = await RunAsync();
        Assert.Equal(
            (1, $"posthouse: nothing was reloaded: no gateway answers in {_site["elsewhere"]}, the queue's folder by this file (there is no control socket). Where queue.path has changed, which takes a restart, --queue FOLDER names the old one."),
            (exitCode, errors.TrimEnd()));
        (exitCode, var output, _) = await RunAsync(more: ["--queue", _site["queue"]]);
        Assert.Equal((0, "two"), (exitCode, await _site.GreetingAsync()));
        Assert.Contains("queue.path has changed and takes effect at the next start\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_of_the_queue_that_is_wrong_is_told_with_the_way_round_it()
    {
        await StartAsync();
        await _site.WriteAsync("[queue]\npath = 1\n[server\n");
        var (exitCode, _, errors) = await RunAsync();
        Assert.Equal((1, "posthouse: nothing was reloaded: queue.path has an error, so that the gateway is not found; --queue FOLDER names its folder"), (exitCode, errors.TrimEnd()));
        (exitCode, _, errors) = await RunAsync(more: ["--queue", _site["queue"]]);
        Assert.Equal(1, exitCode);
        Assert.Contains("the configuration before stays in force", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "nothing has changed; remotes: 1 kept")]
    [InlineData("# a word\n", "nothing has changed; remotes: 1 kept")]
    [InlineData("[server.listener.two]\nbind = \"127.0.0.1:0\"\n", "remotes: 1 kept; listeners: 1 kept, 1 added")]
    [InlineData("[server.tls]\ntimeout = \"20s\"\n", "remotes: 1 kept; listeners: 1 changed; settings: server.tls.timeout")]
    [InlineData("[remote.more]\naddress = \"127.0.0.1\"\nprotocol = \"imap\"\n", "remotes: 1 kept, 1 added")]
    [InlineData("[list]\na = \"example.org\"\nb = \"example.org\"\n", "remotes: 1 kept; lists: 2 added")]
    [InlineData("[rule]\nr = { if = \"is-tls\", eq = true }\n", "remotes: 1 kept; rules: 1 added")]
    [InlineData("[[session.throttle]]\nrate = \"9/1s\"\n[[queue.throttle]]\nrate = \"9/1s\"\n[[queue.quota]]\nsize = \"1GiB\"\n", "remotes: 1 kept; session throttles: 1 added; queue throttles: 1 added; queue quotas: 1 added")]
    [InlineData("[session.auth]\nerrors = { max = 4, wait = \"4s\" }\nrequire = false\n", "remotes: 1 kept; settings: session.auth.errors.total, session.auth.errors.wait")]
    public async Task What_has_changed_is_counted_by_kind_on_the_terminal_and_in_the_log(string more, string changes)
    {
        await StartAsync();
        await _site.WriteAsync(_site.Text("one", more: more));
        Assert.EndsWith($"{_site.FileName}: reloaded: {changes}\n", (await RunAsync()).Output, StringComparison.Ordinal);
        Assert.Equal(1, _log.Count("Reloaded"));
        // Once in force, it is what there was.
        Assert.Contains("reloaded: nothing has changed", (await RunAsync()).Output, StringComparison.Ordinal);
        await _site.WriteAsync(_site.Text("one"));
        var back = (await RunAsync()).Output;
        Assert.EndsWith($"reloaded: {changes.Replace("added", "removed", StringComparison.Ordinal)}\n", back, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_whose_file_has_other_entries_and_a_throttle_that_is_another_have_changed()
    {
        await File.WriteAllTextAsync(_site["entries"], "a@example.org\n", Token);
        string Text(int count) => _site.Text("one", more: $"[list]\na = \"file://{_site["entries"]}\"\n[[session.throttle]]\nconcurrency = {count}\n");
        await _site.StartAsync(Text(7), new GatewayServices { Loggers = _log });
        await File.WriteAllTextAsync(_site["entries"], "a@example.org\nb@example.org\n", Token);
        await _site.WriteAsync(Text(8));
        Assert.EndsWith("reloaded: remotes: 1 kept; lists: 1 changed; session throttles: 1 changed\n", (await RunAsync()).Output, StringComparison.Ordinal);
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
        Assert.Contains($"no gateway answers in {_site["queue"]}, the queue's folder by this file (there is no control socket)", errors, StringComparison.Ordinal);
    }

    Task<GatewayServer> StartAsync() => _site.StartAsync(_site.Text("one"), new GatewayServices { Loggers = _log });

    async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? file = null, string[]? more = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await PosthouseCommand.Create().Parse(["reload", "--config", file ?? _site.FileName, .. more ?? []])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, Token);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
