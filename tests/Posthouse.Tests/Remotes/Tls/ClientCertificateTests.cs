using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Tls;

public sealed class ClientCertificateTests : IDisposable
{
    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SandboxProtocol.Smtp, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Imap, SandboxTls.Implicit)]
    public async Task A_host_that_asks_for_it_sees_our_certificate(SandboxProtocol protocol, SandboxTls tls)
    {
        await using var box = await StartAsync(protocol, tls, new RemoteCertificate(_authority.Issue("gateway", []), [_authority.Certificate]));
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        Assert.Contains("(certificate CN=gateway)", Seen(box));
    }

    [Fact]
    public async Task A_host_that_asks_for_one_that_we_do_not_have_sees_none()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp, SandboxTls.Implicit, null);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        Assert.Contains("(certificate none)", Seen(box));
    }

    static IEnumerable<string> Seen(SandboxedHost box) => box.Journal.Entries.Select(entry => entry.Text);

    Task<SandboxedHost> StartAsync(SandboxProtocol protocol, SandboxTls tls, RemoteCertificate? certificate) => SandboxedHost.StartAsync(protocol,
        options => options with { Tls = new RemoteTlsOptions { Implicit = tls == SandboxTls.Implicit, Authorities = _authority.Trusted, Certificate = certificate } },
        options => options with { Tls = tls, Certificate = _authority.Issue("box", ["127.0.0.1"]), AskForCertificate = true });
}
