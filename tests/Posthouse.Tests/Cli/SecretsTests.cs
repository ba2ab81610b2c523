using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Posthouse.Commands;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Cli;

/// <summary>A secret is in the configuration and in what clients send, and nowhere in what the executable writes.</summary>
public sealed class SecretsTests : IDisposable
{
    const string Canary = "c4n4ry-s3cret";
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("auth.secret = c4n4ry-s3cret")]
    [InlineData("auth.secret = \"c4n4ry-s3cret")]
    [InlineData("auth.secret = 'c4n4ry-s3cret\"")]
    [InlineData("auth.secret = \"\"\"\nc4n4ry-s3cret\n")]
    [InlineData("auth.secret = \"c4n4ry-s3cret\\q\"")]
    [InlineData("auth.secret = \"c4n4ry-s3cret\" c4n4ry-s3cret")]
    [InlineData("auth.secret = [\"c4n4ry-s3cret\"]")]
    [InlineData("auth.secret = { is = \"c4n4ry-s3cret\" }")]
    [InlineData("auth.secret = [{ if = \"sender\", eq = \"x\", then = \"c4n4ry-s3cret\" }]")]
    [InlineData("auth.secret = \"c4n4ry-s3cret\"\nauth.secret = \"c4n4ry-s3cret\"")]
    [InlineData("auth.secret = \"c4n4ry-s3cret\"")]
    [InlineData("auth.secrt = \"c4n4ry-s3cret\"")]
    [InlineData("auth = \"c4n4ry-s3cret\"")]
    [InlineData("auth.password = \"c4n4ry-s3cret\"")]
    [InlineData("secret = \"c4n4ry-s3cret\"")]
    [InlineData("[list]\nusers = [\"jane:c4n4ry-s3cret\", 5]")]
    [InlineData("[list]\nusers = [\"jane:{MD5}c4n4ry-s3cret\"]")]
    [InlineData("[list]\nusers = \"jane:c4n4ry-s3cret")]
    [InlineData("[certificate.x]\ncert = \"x\"\nprivate-key = \"c4n4ry-s3cret\"")]
    public async Task What_is_wrong_with_a_configuration_is_said_without_its_secrets(string fault)
    {
        var path = Path.Combine(_folder, "bad.toml");
        await File.WriteAllTextAsync(path, $"[remote.\"x\"]\naddress = \"localhost\"\nprotocol = \"smtp\"\n{fault}\n", Cancel);
        using var output = new StringWriter();
        var console = new InvocationConfiguration { Output = output, Error = output };

        Assert.Equal(ExitCodes.Failure, await PosthouseCommand.Create().Parse(["check", path]).InvokeAsync(console, Cancel));
        Assert.Equal(ExitCodes.Failure, await PosthouseCommand.Create().Parse(["serve", "--config", path]).InvokeAsync(console, Cancel));
        new CheckReport(output, showSource: true).Write(path, GatewayServer.Check(path));

        Assert.Contains(": error: ", output.ToString(), StringComparison.Ordinal);
        AssertHidden(output.ToString());
    }

    [Fact]
    public async Task The_log_at_its_most_talkative_holds_no_secret_of_ours_or_of_a_client()
    {
        var accounts = new SandboxAccounts().AddUser("jane@example.org", Canary).AddService("relay", "not the canary");
        await using var users = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Imap, Accounts = accounts });
        await using var mail = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Smtp, Accounts = accounts });
        await users.StartAsync(Cancel);
        await mail.StartAsync(Cancel);
        var path = Path.Combine(_folder, "posthouse.toml");
        await File.WriteAllTextAsync(path, Configuration(users.Port, mail.Port), Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var output = new WatchedWriter();
        var serving = PosthouseCommand.Create().Parse(["serve", "--verbose", "--config", path]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = output, ProcessTerminationTimeout = null }, stop.Token);
        var port = int.Parse((await output.SeeAsync(@"smtp listens on 127\.0\.0\.1:(\d+)")).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        using (var client = await SocketClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)))
        {
            await client.ReplyAsync();
            await SayAsync(client, "EHLO client.example", "250");
            await SayAsync(client, $"{Canary} out of turn", "500");
            await SayAsync(client, $"AUTH PLAIN {Encoded("joe@example.org")}", "535");
            await SayAsync(client, $"AUTH PLAIN {Encoded("jane@example.org")}!", "501");
            await SayAsync(client, $"AUTH {Canary}", "504");
            await SayAsync(client, $"AUTH PLAIN {Encoded("jane@example.org")}", "235");
            await SayAsync(client, "MAIL FROM:<jane@example.org>", "250");
            await SayAsync(client, "RCPT TO:<jane@example.org>", "250");
            await SayAsync(client, "DATA", "354");
            await SayAsync(client, "Subject: x\r\n\r\nx\r\n.", "250");
        }

        // Our own login at the mail host, with a secret that it does not know.
        await output.SeeAsync("event=Delayed");
        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Success, await serving);

        Assert.Contains("event=LoginRefused", output.Text, StringComparison.Ordinal);
        Assert.Contains("event=LoggedIn", output.Text, StringComparison.Ordinal);
        Assert.Contains("level=debug", output.Text, StringComparison.Ordinal);
        Assert.Contains("remote.mail.auth", output.Text, StringComparison.Ordinal);
        AssertHidden(output.Text);
    }

    [Fact]
    public async Task Serve_forbids_core_dumps_before_it_reads_the_configuration()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prctl is Linux");
        using var output = new StringWriter();
        Assert.Equal(ExitCodes.Unreadable, await PosthouseCommand.Create().Parse(["serve", "--config", Path.Combine(_folder, "missing.toml")]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = output }, Cancel));
        const int getDumpable = 3;
        Assert.Equal(0, ProcessControl(getDumpable, 0, 0, 0, 0));
        var limits = await File.ReadAllLinesAsync("/proc/self/limits", Cancel);
        Assert.Matches(@"^Max core file size\s+0\s+0\s", Assert.Single(limits, line => line.StartsWith("Max core file size", StringComparison.Ordinal)));
    }

    static async Task SayAsync(SocketClient client, string line, string expected)
    {
        await client.SendAsync(line + "\r\n");
        Assert.StartsWith(expected, await client.ReplyAsync(), StringComparison.Ordinal);
    }

    static string Encoded(string user) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{Canary}"));

    /// <summary>Not as it is, nor in hexadecimal, nor in base64 wherever it may begin in a group of three.</summary>
    static void AssertHidden(string text)
    {
        var octets = Encoding.UTF8.GetBytes(Canary);
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(octets), text, StringComparison.OrdinalIgnoreCase);
        for (var lead = 0; lead < 3; lead++)
        {
            // What the neighbours of the secret do not change.
            var encoded = Convert.ToBase64String([.. new byte[lead], .. octets]).TrimEnd('=');
            Assert.DoesNotContain(encoded[(lead + 1)..^1], text, StringComparison.Ordinal);
        }
    }

    string Configuration(int users, int mail) => $"""
        [server]
        hostname = "mx.example.org"
        [server.listener."smtp"]
        bind = ["127.0.0.1:0"]
        protocol = "smtp"
        [session.auth]
        mechanisms = ["plain", "login"]
        lookup = "remote/users"
        allow-plain-text = true
        errors.wait = "1ms"
        [session.rcpt]
        relay = true
        [queue]
        path = "{_folder}/queue"
        [queue.outbound]
        next-hop = "mail"
        [remote."users"]
        address = "127.0.0.1"
        port = {users}
        protocol = "imap"
        lookup = true
        [remote."users".tls]
        implicit = false
        starttls = "disable"
        [remote."mail"]
        address = "127.0.0.1"
        port = {mail}
        protocol = "smtp"
        [remote."mail".auth]
        username = "relay"
        secret = "{Canary}"
        [remote."mail".tls]
        implicit = false
        starttls = "disable"
        """;

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int ProcessControl(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
