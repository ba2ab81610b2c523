using System.Globalization;
using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.Packages;

/// <summary>
/// <c>samples/RemoteHosts</c> as its reader runs it: the one of <c>POSTHOUSE_SAMPLE</c>, which ./test builds on the packages, else the one that was
/// built with the tests.
/// </summary>
public class SampleTests
{
    static readonly string Sample = Environment.GetEnvironmentVariable("POSTHOUSE_SAMPLE") ?? Path.Combine(
        AppContext.BaseDirectory.Replace($"{Path.Combine("tests", "Posthouse.Integration")}/", $"{Path.Combine("samples", "RemoteHosts")}/", StringComparison.Ordinal), "RemoteHosts");

    [Fact]
    public async Task It_checks_a_login_and_a_recipient_and_relays_a_message()
    {
        await using var servers = await Servers.StartAsync();

        var (code, output) = await servers.RunAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.Matches(@"^login: Yes\nrecipient: Yes\nmessage: Delivered 250 2\.\d\.\d [^\n]*\n$", output);
        Assert.Equal(0, code);
        var message = Assert.Single(servers.Accounts.Messages(Account.Jane.Mailbox));
        Assert.Equal(Account.Jane.Mailbox, message.ReversePath);
        Assert.True(message.Body.Span.EndsWith("Subject: A sample\r\n\r\nHello.\r\n"u8));
    }

    [Fact]
    public async Task It_tells_a_wrong_secret_and_an_unknown_recipient()
    {
        await using var servers = await Servers.StartAsync();

        var (wrongCode, wrong) = await servers.RunAsync(Account.Jane.Mailbox, "wrong");
        var (unknownCode, unknown) = await servers.RunAsync("nobody@example.org", "wrong");

        Assert.StartsWith("login: No", wrong, StringComparison.Ordinal);
        Assert.Contains("\nrecipient: Yes\n", wrong, StringComparison.Ordinal);
        Assert.Contains("\nrecipient: No", unknown, StringComparison.Ordinal);
        Assert.Contains("\nmessage: Permanent 550 5.1.1", unknown, StringComparison.Ordinal);
        Assert.Equal((1, 1), (wrongCode, unknownCode));
    }

    [Fact]
    public async Task It_tells_an_outage()
    {
        await using var servers = await Servers.StartAsync();
        await servers.Imap.StopAsync();
        await servers.Mail.StopAsync();

        var (code, output) = await servers.RunAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.Matches(@"^login: Unavailable [^\n]+\nrecipient: Unavailable [^\n]+\nmessage: Temporary 451 4\.4\.1 [^\n]+\n$", output);
        Assert.Equal(1, code);
        Assert.DoesNotContain(Account.Jane.Secret, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_it_needs()
    {
        await using var running = RunningProgram.Start(Sample, ["143"]);

        Assert.Equal(2, await running.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.StartsWith("usage: ", running.Output, StringComparison.Ordinal);
    }

    sealed class Servers : IAsyncDisposable
    {
        Servers()
        {
            Accounts.AddUser(Account.Jane.Mailbox, Account.Jane.Secret);
            Imap = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Imap, Accounts = Accounts });
            Mail = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = Accounts });
        }

        public SandboxAccounts Accounts { get; } = new();

        public SandboxServer Imap { get; }

        public SandboxServer Mail { get; }

        public static async Task<Servers> StartAsync()
        {
            var servers = new Servers();
            await servers.Imap.StartAsync();
            await servers.Mail.StartAsync();
            return servers;
        }

        public async Task<(int Code, string Output)> RunAsync(string user, string secret)
        {
            await using var running = RunningProgram.Start(
                Sample,
                [Imap.Port.ToString(CultureInfo.InvariantCulture), Mail.Port.ToString(CultureInfo.InvariantCulture), user],
                new Dictionary<string, string> { ["SECRET"] = secret });
            var code = await running.WaitForExitAsync(TimeSpan.FromSeconds(30));
            return (code, running.Output);
        }

        public async ValueTask DisposeAsync()
        {
            await Imap.DisposeAsync();
            await Mail.DisposeAsync();
        }
    }
}
