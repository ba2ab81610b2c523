using System.CommandLine;
using Posthouse.Commands;
using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Cli;

public class CommandLineTests
{
    static readonly ConfigProblem Error = new(true, "a.toml", 3, 5, "server.hostnme", "unknown key; did you mean hostname?");
    static readonly ConfigProblem Warning = new(false, "a.toml", 9, 1, "sieve", "not implemented");

    [Theory]
    [InlineData("good", ExitCodes.Success)]
    [InlineData("warned", ExitCodes.Success)]
    [InlineData("bad", ExitCodes.Failure)]
    [InlineData("missing", ExitCodes.Unreadable)]
    [InlineData("forbidden", ExitCodes.Unreadable)]
    [InlineData("bad missing good", ExitCodes.Unreadable)]
    [InlineData("--config good", ExitCodes.Success)]
    [InlineData("good -c bad", ExitCodes.Failure)]
    [InlineData("good bad warned", ExitCodes.Failure)]
    public async Task Check_ends_with_the_worst_exit_code_of_its_files(string files, int expected)
    {
        var (exitCode, _, _) = await RunAsync($"check {files}");

        Assert.Equal(expected, exitCode);
    }

    [Fact]
    public async Task Check_shows_all_problems_of_all_files_in_their_order()
    {
        var (_, output, errors) = await RunAsync("check bad missing warned");

        Assert.Equal(
            """
            a.toml:3:5: error: server.hostnme: unknown key; did you mean hostname?
            a.toml:9:1: warning: sieve: not implemented
            a.toml:9:1: warning: sieve: not implemented
            warned: ok, 1 warning

            """, output);
        Assert.Equal("posthouse: missing: there is no such file\n", errors);
    }

    [Fact]
    public async Task A_file_that_is_not_permitted_is_told_as_such()
    {
        var (_, _, errors) = await RunAsync("check forbidden");

        Assert.Equal("posthouse: forbidden: not permitted to read it\n", errors);
    }

    [Fact]
    public async Task A_folder_in_place_of_a_file_is_told_as_such()
    {
        var (exitCode, _, errors) = await RunAsync("check /");

        Assert.Equal(ExitCodes.Unreadable, exitCode);
        Assert.Equal("posthouse: /: this is a folder, not a file\n", errors);
    }

    [Fact]
    public async Task Serve_names_a_configuration_that_is_missing_and_ends_with_2()
    {
        var (exitCode, output, errors) = await RunAsync("serve --config missing");

        Assert.Equal(ExitCodes.Unreadable, exitCode);
        Assert.Equal("posthouse: missing: there is no such file\n", errors);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Serve_tells_all_errors_and_ends_with_1_before_anything_is_started()
    {
        var (exitCode, output, errors) = await RunAsync("serve -c bad");

        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Equal($"{Error}\n{Warning}\n", errors);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("check")]
    [InlineData("sandbox --protocol pop3")]
    [InlineData("sandbox --port 65536")]
    [InlineData("sandbox --user jane@example.org")]
    [InlineData("sandbox --socket /tmp/posthouse.sock --port 2525")]
    [InlineData("sandbox --socket /0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789")]
    [InlineData("sandbox --list staff@example.org")]
    [InlineData("demo --twice")]
    [InlineData("queue retry --config posthouse.toml")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why(string line)
    {
        using var errors = new StringWriter();
        var console = new InvocationConfiguration { Output = TextWriter.Null, Error = errors, ProcessTerminationTimeout = null };

        Assert.Equal(ExitCodes.Usage, await PosthouseCommand.RunAsync(line.Split(' '), console, TestContext.Current.CancellationToken));
        Assert.NotEmpty(errors.ToString());
    }

    [Theory]
    [InlineData("check --jsn a.toml", "check has no option --jsn")]
    [InlineData("check -j a.toml", "check has no option -j")]
    [InlineData("config show --jsn", "show has no option --jsn")]
    [InlineData("queue show --jsn 0CPC252H60 -c a.toml", "show has no option --jsn")]
    public async Task An_option_that_does_not_exist_is_not_taken_for_a_file(string line, string expected)
    {
        using var errors = new StringWriter();
        var console = new InvocationConfiguration { Output = TextWriter.Null, Error = errors, ProcessTerminationTimeout = null };

        Assert.Equal(ExitCodes.Usage, await PosthouseCommand.RunAsync(line.Split(' '), console, TestContext.Current.CancellationToken));
        Assert.Contains(expected, errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("config show")]
    [InlineData("serve --config")]
    public async Task A_file_without_a_name_ends_with_2_and_says_so(string line)
    {
        using var errors = new StringWriter();
        var console = new InvocationConfiguration { Output = TextWriter.Null, Error = errors, ProcessTerminationTimeout = null };

        Assert.Equal(ExitCodes.Unreadable, await PosthouseCommand.RunAsync([.. line.Split(' '), ""], console, TestContext.Current.CancellationToken));
        Assert.Contains("no file is named", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_the_sandbox_cannot_read_ends_with_1()
    {
        var (exitCode, _, errors) = await RunAsync("sandbox --certificate /nowhere/box.pem", PosthouseCommand.Create());

        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task A_user_without_a_separator_is_not_repeated_since_it_may_be_a_secret()
    {
        var (_, _, errors) = await RunAsync("sandbox --user hunter2", PosthouseCommand.Create());

        Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
    }

    static Task<(int ExitCode, string Output, string Errors)> RunAsync(string line) =>
        RunAsync(line, new RootCommand { CheckCommand.Create(Check), ServeCommand.Create(Check) });

    static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string line, RootCommand root)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await root.Parse(line).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null },
            TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), errors.ToString());
    }

    static ConfigResult Check(string path) => path switch
    {
        "good" => new(CheckReportTests.SomeModel, []),
        "warned" => new(CheckReportTests.SomeModel, [Warning]),
        "bad" => new(null, [Warning, Error]),
        "missing" => throw new FileNotFoundException(),
        _ => throw new UnauthorizedAccessException(),
    };
}
