using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Relaying;

/// <summary>A certificate that nobody vouches for is an outage, unless the operator wrote that it is not.</summary>
public class CertificateTests(MailServers servers)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_self_signed_IMAP_host_makes_logins_a_temporary_failure(bool implicitTls)
    {
        var dovecot = await servers.DovecotAsync();
        var imap = new RemoteText("imap", "imap", implicitTls ? dovecot.ImapsPort : dovecot.ImapPort) { ImplicitTls = implicitTls, AllowInvalidCertificates = false };
        await using var gateway = await GatewayProcess.StartAsync(new GatewayConfig { Remotes = $"{new RemoteText("lmtp", "lmtp", dovecot.LmtpPort)}{imap}" });
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();

        var reply = await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret);

        Assert.StartsWith("454 4.7.0", reply.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_signed_LMTP_host_makes_recipients_a_temporary_failure()
    {
        await using var gateway = await DovecotGateway.StartAsync(await servers.DovecotAsync(), remote => remote with { AllowInvalidCertificates = false });

        var transcript = await Swaks.RunAsync(gateway.Port, "--from", "a@example.net", "--to", "jane@example.org", "--quit-after", "RCPT");

        Assert.StartsWith("451 4.4.3", transcript.ReplyTo("RCPT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_signed_SMTP_host_makes_recipients_a_temporary_failure()
    {
        await using var gateway = await PostfixGateway.StartAsync(await servers.PostfixAsync(), remote => remote with { AllowInvalidCertificates = false });

        var transcript = await Swaks.RunAsync(gateway.Port, "--from", "a@example.net", "--to", "jane@example.org", "--quit-after", "RCPT");

        Assert.StartsWith("451 4.4.3", transcript.ReplyTo("RCPT"), StringComparison.Ordinal);
    }
}
