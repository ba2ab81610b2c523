using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Lifecycle;

/// <summary><c>posthouse check</c> and the start of <c>serve</c>, seen from the shell.</summary>
[Trait("Executable", "Native")]
public sealed class CheckTests : IDisposable
{
    readonly ScratchFolder _folder = new("check");

    [Fact]
    public async Task A_good_file_is_exit_code_0()
    {
        var file = _folder.Write("good.toml", Good(25));

        var (code, output) = await PosthouseExecutable.RunAsync("check", file);

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task The_two_examples_of_the_requirement_load_as_they_are_written()
    {
        var file = _folder.Write("examples.toml", """
            [server.listener."smtp"]
            bind = ["127.0.0.1:2525"]
            protocol = "smtp"

            [remote."lmtp"]
            address = "localhost"
            port = 24
            protocol = "lmtp"
            concurrency = 10
            timeout = "1m"
            lookup = true

            [remote."lmtp".cache]
            entries = 1000
            ttl = {positive = "1d", negative = "1h"}

            [remote."lmtp".tls]
            implicit = false
            allow-invalid-certs = true

            [remote."lmtp".auth]
            username = "relay_server"
            secret = "123456"

            [remote."lmtp".limits]
            errors = 3
            requests = 50

            [remote."imap"]
            address = "mail.mydomain.org"
            port = 143
            protocol = "imap"
            concurrency = 10
            timeout = "1m"
            lookup = true

            [remote."imap".cache]
            entries = 1000
            ttl = {positive = "1d", negative = "1h"}

            [remote."imap".tls]
            implicit = false
            allow-invalid-certs = true
            """);

        var (code, output) = await PosthouseExecutable.RunAsync("check", file);

        Assert.True(code == 0, output);
        Assert.DoesNotContain(": error:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_are_named_by_file_line_column_and_key_in_one_go()
    {
        var file = _folder.Write("bad.toml", """
            [server]
            hostname = "gateway.example.org"

            [remote."lmtp"]
            address = "localhost"
            protocol = "lmtp"
            concurency = 5

            [remote."imap"]
            address = "localhost"
            protocol = "pop3"

            [session.auth]
            lookup = "remote/nowhere"
            """);

        var (code, output) = await PosthouseExecutable.RunAsync("check", file);

        Assert.Equal(1, code);
        Assert.Contains($"{file}:7:1: error: remote.\"lmtp\".concurency:", output, StringComparison.Ordinal);
        Assert.Contains($"{file}:11:12: error: remote.\"imap\".protocol:", output, StringComparison.Ordinal);
        Assert.Contains($"{file}:14:10: error: session.auth.lookup:", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", null)]
    [InlineData("serve", "--config")]
    public async Task A_missing_file_is_exit_code_2(string command, string? option)
    {
        string[] arguments = option is null ? [command, _folder["missing.toml"]] : [command, option, _folder["missing.toml"]];

        var (code, output) = await PosthouseExecutable.RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains("missing.toml", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_refuses_a_bad_file_with_exit_code_1()
    {
        var file = _folder.Write("bad.toml", "[server]\nhostnam = \"gateway.example.org\"\n");

        var (code, output) = await PosthouseExecutable.RunAsync("serve", "--config", file);

        Assert.Equal(1, code);
        Assert.Contains("server.hostnam", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    string Good(int port)
    {
        var remotes = $"{new RemoteText("lmtp", "lmtp", port)}{new RemoteText("imap", "imap", port)}";
        return new GatewayConfig { Remotes = remotes }.Text(LoopbackPort.Take(), _folder["queue"], ServerCertificate.Create(_folder, "gateway.example.org"));
    }
}
