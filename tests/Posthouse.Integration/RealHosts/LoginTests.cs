using System.Security.Cryptography.X509Certificates;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>Logins that Dovecot, Postfix and Cyrus decide, on each kind of line.</summary>
public class LoginTests(MailServers servers)
{
    [Theory]
    [InlineData(Line.ImplicitTls)]
    [InlineData(Line.StartTls)]
    [InlineData(Line.Clear)]
    public async Task Dovecot_says_over_IMAP_whose_password_it_is(Line line)
    {
        var dovecot = await servers.DovecotAsync();
        await AssertKnowsPasswordsAsync(RealHost.Options(RemoteProtocol.Imap, line == Line.ImplicitTls ? dovecot.ImapsPort : dovecot.ImapPort, line));
    }

    [Theory]
    [InlineData(Line.ImplicitTls)]
    [InlineData(Line.StartTls)]
    [InlineData(Line.Clear)]
    public async Task Cyrus_says_over_IMAP_whose_password_it_is(Line line)
    {
        var cyrus = await servers.CyrusAsync();
        await AssertKnowsPasswordsAsync(RealHost.Options(RemoteProtocol.Imap, line == Line.ImplicitTls ? cyrus.ImapsPort : cyrus.ImapPort, line));
    }

    [Fact]
    public async Task Postfix_says_over_SMTP_whose_password_it_is() =>
        await AssertKnowsPasswordsAsync(RealHost.Options(RemoteProtocol.Smtp, (await servers.PostfixAsync()).Port, Line.StartTls));

    [Fact]
    public async Task A_host_that_offers_no_login_on_a_clear_line_is_unavailable()
    {
        // Postfix was told smtpd_tls_auth_only.
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Smtp, (await servers.PostfixAsync()).Port, Line.Clear));

        Assert.Equal(AnswerKind.Unavailable, (await host.LogInAsync(Account.Jane)).Kind);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_makes_a_host_unavailable()
    {
        var options = RealHost.Options(RemoteProtocol.Imap, (await servers.DovecotAsync()).ImapsPort, Line.ImplicitTls);
        await using var host = new RealHost(options with { Tls = new RemoteTlsOptions() });

        var answer = await host.LogInAsync(Account.Jane);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("certificate", answer.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(Line.ImplicitTls)]
    [InlineData(Line.StartTls)]
    public async Task A_host_that_its_own_authority_vouches_for_is_believed_under_its_name_alone(Line line)
    {
        var dovecot = await servers.DovecotAsync();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(dovecot.CertificatePath);
        var options = RealHost.Options(RemoteProtocol.Imap, line == Line.ImplicitTls ? dovecot.ImapsPort : dovecot.ImapPort, line);
        options = options with { Tls = options.Tls with { AllowInvalidCerts = false, Authorities = new RemoteAuthorities([authority]) } };
        await using var named = new RealHost(options with { Tls = options.Tls with { ServerName = "mail.example.org" } });
        await using var misnamed = new RealHost(options with { Tls = options.Tls with { ServerName = "mail.example.net" } });

        Assert.Equal(AnswerKind.Yes, (await named.LogInAsync(Account.Jane)).Kind);
        var answer = await misnamed.LogInAsync(Account.Jane);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("mail.example.org", answer.Reason, StringComparison.Ordinal);
        Assert.Contains("remote.real.tls.server-name", answer.Reason, StringComparison.Ordinal);
    }

    static async Task AssertKnowsPasswordsAsync(RemoteHostOptions options)
    {
        await using var host = new RealHost(options with { Cache = new RemoteCacheOptions { Entries = 0 } });

        Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(Account.Jane)).Kind);
        Assert.Equal(AnswerKind.No, (await host.LogInAsync(Account.Jane.Mailbox, "wrong")).Kind);
        Assert.Equal(AnswerKind.No, (await host.LogInAsync("nobody@example.org", Account.Jane.Secret)).Kind);
        // Octets above 127 and punctuation in the secret.
        Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(Account.Carol)).Kind);
        Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(Account.Bob)).Kind);
    }
}
