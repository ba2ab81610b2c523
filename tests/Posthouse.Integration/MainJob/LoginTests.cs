using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.MainJob;

/// <summary>AUTH at the gateway is a login at Dovecot's IMAP.</summary>
[Trait("Executable", "Native")]
public class LoginTests(MailServers servers)
{
    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task A_user_of_the_IMAP_host_logs_in(string mechanism)
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());

        var transcript = await LogInAsync(gateway, mechanism, Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.StartsWith("235 2.7.0", transcript.AuthReply, StringComparison.Ordinal);
        Assert.Equal(0, transcript.ExitCode);
    }

    [Theory]
    [InlineData("PLAIN", "jane@example.org", "wrong")]
    [InlineData("LOGIN", "jane@example.org", "wrong")]
    [InlineData("PLAIN", "nobody@example.org", "correct horse battery")]
    public async Task A_wrong_secret_and_an_unknown_user_are_refused_alike(string mechanism, string user, string secret)
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());

        var transcript = await LogInAsync(gateway, mechanism, user, secret);

        Assert.StartsWith("535 5.7.8", transcript.AuthReply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_beyond_ASCII_reaches_the_IMAP_host_unharmed()
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();

        var reply = await client.AuthPlainAsync(Account.Carol.Mailbox, Account.Carol.Secret);

        Assert.Equal(235, reply.Code);
    }

    [Fact]
    public async Task AUTH_is_offered_only_under_TLS()
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync());
        await using var client = await gateway.ConnectAsync();

        var inClear = await client.SayAsync("EHLO client.example.org");
        var underTls = await client.StartTlsAsync();

        Assert.DoesNotContain(inClear.Lines, line => line.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Contains("AUTH PLAIN LOGIN", underTls.Lines);
    }

    [Fact]
    public async Task Implicit_TLS_to_the_IMAP_host_serves_logins_too()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await GatewayProcess.StartAsync(DovecotGateway.Config(dovecot) with
        {
            Remotes = $"{new RemoteText("lmtp", "lmtp", dovecot.LmtpPort)}{new RemoteText("imap", "imap", dovecot.ImapsPort) { ImplicitTls = true }}",
        });

        var transcript = await LogInAsync(gateway, "PLAIN", Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.StartsWith("235 2.7.0", transcript.AuthReply, StringComparison.Ordinal);
    }

    static Task<SwaksTranscript> LogInAsync(GatewayProcess gateway, string mechanism, string user, string secret)
        => Swaks.RunAsync(gateway.Port, "-tls", "--auth", mechanism, "--auth-user", user, "--auth-password", secret, "--quit-after", "AUTH");
}
