using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Tls;

/// <summary>Whom a host's certificate may be from, whom it may be for, and what an operator hears where it is neither.</summary>
public sealed class TlsTrustTests : IDisposable
{
    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SandboxProtocol.Smtp, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Lmtp, SandboxTls.Implicit)]
    [InlineData(SandboxProtocol.Imap, SandboxTls.Implicit)]
    public async Task An_authority_of_our_own_vouches_for_a_host(SandboxProtocol protocol, SandboxTls tls)
    {
        await using var box = await StartAsync(_authority.Issue("box", ["127.0.0.1"]), Trusting, protocol, tls);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task Another_authority_does_not()
    {
        using var other = new TestAuthority("Somebody");
        await using var box = await StartAsync(other.Issue("box", ["127.0.0.1"]), Trusting);
        await AssertRefusedAsync(box, "TLS: the certificate's issuer CN=Somebody is not one of remote.box.tls.ca");
    }

    [Fact]
    public async Task An_issuer_that_the_system_does_not_know_names_the_setting_that_could()
    {
        await using var box = await StartAsync(_authority.Issue("box", ["127.0.0.1"]), tls => tls);
        await AssertRefusedAsync(box, "TLS: the certificate's issuer CN=Test authority is not known to this machine; remote.box.tls.ca may name it");
    }

    [Fact]
    public async Task A_self_signed_certificate_is_called_so()
    {
        await using var box = await StartAsync(_authority.SelfSigned("box", "127.0.0.1"), Trusting);
        await AssertRefusedAsync(box, "TLS: the self-signed certificate CN=box is not one of remote.box.tls.ca");
    }

    [Fact]
    public async Task A_wrong_name_is_refused_and_the_names_found_are_named()
    {
        await using var box = await StartAsync(_authority.Issue("box", ["mail.example", "10.0.0.1"]), Trusting);
        await AssertRefusedAsync(box, "TLS: the certificate is for mail.example, 10.0.0.1, not for 127.0.0.1; remote.box.tls.server-name says which name to expect");
    }

    [Fact]
    public async Task A_certificate_for_nobody_is_refused()
    {
        await using var box = await StartAsync(_authority.Issue("box", []), Trusting);
        await AssertRefusedAsync(box, "TLS: the certificate is for no name at all (its subject is CN=box), not for 127.0.0.1;");
    }

    [Fact]
    public async Task The_server_name_stands_in_for_the_endpoints()
    {
        var certificate = _authority.Issue("box", ["mail.example"]);
        await using var right = await StartAsync(certificate, tls => Trusting(tls) with { ServerName = "mail.example" });
        Assert.Equal(AnswerKind.Yes, (await right.LogInAsync("jane@example.org", "tulip")).Kind);

        await using var wrong = await StartAsync(certificate, tls => Trusting(tls) with { ServerName = "post.example" });
        await AssertRefusedAsync(wrong, "TLS: the certificate is for mail.example, not for post.example; remote.box.tls.server-name says which name to expect");
    }

    [Fact]
    public async Task A_certificate_past_its_life_is_refused_with_the_date()
    {
        var certificate = _authority.Issue("box", ["127.0.0.1"], fromDays: -30, toDays: -1);
        await using var box = await StartAsync(certificate, Trusting);
        await AssertRefusedAsync(box, $"TLS: the certificate expired on {Date(certificate.NotAfter)}; only remote.box.tls.allow-invalid-certs would accept it");
    }

    [Fact]
    public async Task A_certificate_before_its_life_is_refused_with_the_date()
    {
        var certificate = _authority.Issue("box", ["127.0.0.1"], fromDays: 1);
        await using var box = await StartAsync(certificate, Trusting);
        await AssertRefusedAsync(box, $"TLS: the certificate is not valid before {Date(certificate.NotBefore)}; only remote.box.tls.allow-invalid-certs would accept it");
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        await using var box = await StartAsync(_authority.Issue("box", ["mail.example"], fromDays: -30, toDays: -1), tls => tls);
        var reason = (await box.LogInAsync("jane@example.org", "tulip")).Reason;
        Assert.All(["expired on", "is for mail.example", "not known to this machine"], part => Assert.Contains(part, reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_certificate_is_accepted_where_the_operator_wrote_so()
    {
        await using var box = await StartAsync(_authority.Issue("box", ["mail.example"], -30, -1), tls => tls with { AllowInvalidCerts = true });
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task What_a_stranger_wrote_into_a_certificate_stays_short_and_printable()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"{new string('a', 50)}.host{i}.example").ToArray();
        using var other = new TestAuthority($"\"x\n\u001b[31m{new string('y', 300)}\"");
        await using var box = await StartAsync(other.Issue("box", names), Trusting);

        var reason = (await box.LogInAsync("jane@example.org", "tulip")).Reason;

        Assert.Contains("and 196 more", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(reason, char.IsControl);
        Assert.InRange(reason.Length, 1, 800);
    }

    RemoteTlsOptions Trusting(RemoteTlsOptions tls) => tls with { Authorities = _authority.Trusted };

    static string Date(DateTime date) => date.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    static async Task AssertRefusedAsync(SandboxedHost box, string reason)
    {
        var answer = await box.LogInAsync("jane@example.org", "tulip");
        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        Assert.Equal(0, box.Journal.Count("AUTH") + box.Journal.Count("AUTHENTICATE"));
    }

    static Task<SandboxedHost> StartAsync(
        X509Certificate2 certificate, Func<RemoteTlsOptions, RemoteTlsOptions> define, SandboxProtocol protocol = SandboxProtocol.Smtp, SandboxTls tls = SandboxTls.Implicit) =>
        SandboxedHost.StartAsync(protocol,
            options => options with { Tls = define(new RemoteTlsOptions { Implicit = tls == SandboxTls.Implicit }) },
            options => options with { Tls = tls, Certificate = certificate });
}
