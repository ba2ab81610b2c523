using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Posthouse.Commands;

namespace Posthouse.Tests.Cli;

public sealed class ServeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Serve_greets_clients_until_it_is_asked_to_stop_and_then_ends_with_0()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var output = new WatchedWriter("event=Started");
        using var errors = new StringWriter();

        var serving = RunAsync(Configuration(port: 0), output, errors, stop.Token);
        await Task.WhenAny(output.Seen, serving).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, output.Port(), Cancel);
            using var reader = new StreamReader(client.GetStream());
            Assert.StartsWith("220 mx.example.org ", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
            await stop.CancelAsync();
            Assert.StartsWith("421 4.3.2 ", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Success, await serving);
        Assert.Empty(errors.ToString());
        Assert.Contains("event=Stopped", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_in_one_line_and_ends_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var output = new StringWriter();
        using var errors = new StringWriter { NewLine = "\n" };

        var exitCode = await RunAsync(Configuration(port), output, errors, Cancel);

        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Matches($"^posthouse: .*{port}.*\n$", errors.ToString());
        // What never opened is not said to have closed.
        Assert.DoesNotContain("event=ListenerClosed", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_anyone_may_show_is_warned_of_once()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var output = new WatchedWriter("event=Started");
        using var errors = new StringWriter();
        var path = Configuration(port: 0);
        await File.AppendAllTextAsync(path, """

            [remote.box]
            address = "box.example"
            protocol = "imap"
            tls.allow-invalid-certs = true
            """, Cancel);

        var serving = RunAsync(path, output, errors, stop.Token);
        await Task.WhenAny(output.Seen, serving).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await stop.CancelAsync();

        Assert.Equal(ExitCodes.Success, await serving);
        Assert.Contains("event=ListenerClosed", output.Text, StringComparison.Ordinal);
        Assert.Contains("remote.box.tls.allow-invalid-certs", Assert.Single(output.Text.Split('\n'), line => line.Contains("allow-invalid-certs", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_configuration_is_checked_with_line_and_column()
    {
        var path = Path.Combine(_folder, "bad.toml");
        await File.WriteAllTextAsync(path, "[server]\nhostnme = \"mx.example.org\"\n", Cancel);
        using var output = new StringWriter();

        var exitCode = await PosthouseCommand.Create().Parse(["check", path]).InvokeAsync(new InvocationConfiguration { Output = output }, Cancel);

        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains($"{path}:2:1: error: server.hostnme: ", output.ToString(), StringComparison.Ordinal);
    }

    static Task<int> RunAsync(string path, TextWriter output, TextWriter errors, CancellationToken stop) =>
        PosthouseCommand.Create().Parse(["serve", "--config", path]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }, stop);

    string Configuration(int port)
    {
        var path = Path.Combine(_folder, "posthouse.toml");
        File.WriteAllText(path, $"""
            [server]
            hostname = "mx.example.org"
            [server.listener."smtp"]
            bind = ["127.0.0.1:{port}"]
            protocol = "smtp"
            [queue]
            path = "{_folder}/queue"
            """);
        return path;
    }

    /// <summary>Tells when a text was written, and which port a listener got.</summary>
    sealed class WatchedWriter(string text) : StringWriter
    {
        readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Lock _lock = new();

        public Task Seen => _seen.Task;

        public string Text
        {
            get
            {
                lock (_lock)
                    return ToString();
            }
        }

        public int Port() => int.Parse(Regex.Match(Text, @"smtp listens on 127\.0\.0\.1:(\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        public override void WriteLine(string? value)
        {
            lock (_lock)
                base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
                _seen.TrySetResult();
        }
    }
}
