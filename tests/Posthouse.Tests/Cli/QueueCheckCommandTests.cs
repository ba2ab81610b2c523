using System.CommandLine;
using Posthouse.Commands;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Tests.Queue;

namespace Posthouse.Tests.Cli;

public sealed class QueueCheckCommandTests : IDisposable
{
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_file_with_other_errors_serves_as_long_as_it_names_the_queue()
    {
        await using var store = _queue.Open();
        Assert.Equal((ExitCodes.Success, $"{_queue.Folder}: 0 messages to 0 recipients, 0 octets: ok\n", ""), await RunAsync("faulty"));
    }

    [Fact]
    public async Task A_sound_queue_is_told_with_its_size_and_ends_with_0()
    {
        await using var store = _queue.Open();
        await store.CommitAsync([1, 2, 3], Letters.Envelope("bob@example.net", "joe@example.net"));

        var (exitCode, output, _) = await RunAsync("good");

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal($"{_queue.Folder}: 1 message to 2 recipients, 3 octets: ok\n", output);
    }

    [Fact]
    public async Task Damage_is_told_a_line_each_and_ends_with_1()
    {
        await using (var store = _queue.Open())
            await store.CommitAsync([1, 2, 3], Letters.Envelope("bob@example.net"));
        using (var connection = StoreDatabase.OpenWriter(Path.Combine(_queue.Folder, "queue.db"), null))
            StoreDatabase.Execute(connection, "UPDATE chunk SET octets = x'010204'");

        var (exitCode, output, _) = await RunAsync("good");

        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(": chunk 0 of its body is not what was written\n", output, StringComparison.Ordinal);
        Assert.EndsWith(": 1 problem\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", ExitCodes.Unreadable)]
    [InlineData("missing", ExitCodes.Unreadable)]
    [InlineData("bad", ExitCodes.Failure)]
    public async Task No_queue_and_no_configuration_end_like_those_of_the_other_commands(string file, int expected)
    {
        var (exitCode, output, errors) = await RunAsync(file);

        Assert.Equal(expected, exitCode);
        Assert.Empty(output);
        Assert.NotEmpty(errors);
    }

    async Task<(int ExitCode, string Output, string Errors)> RunAsync(string file)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await new RootCommand { QueueCheckCommand.Create(Check) }.Parse($"check --config {file}").InvokeAsync(
            new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), errors.ToString());
    }

    ConfigResult Check(string path) => path switch
    {
        "good" => new(CheckReportTests.SomeModel with { Queue = new QueueModel { Path = _queue.Folder } }, []) { QueueFolder = _queue.Folder },
        "faulty" => new(null, [new ConfigProblem(true, "a.toml", 3, 5, "server.hostnme", "unknown key")]) { QueueFolder = _queue.Folder },
        "bad" => new(null, [new ConfigProblem(true, "a.toml", 3, 5, "server.hostnme", "unknown key")]),
        _ => throw new FileNotFoundException(),
    };
}
