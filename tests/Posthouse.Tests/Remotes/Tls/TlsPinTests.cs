using System.Text.RegularExpressions;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Tls;

public sealed class TlsPinTests : IDisposable
{
    const string Other = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_host_with_another_key_is_refused_and_its_pin_shown_for_the_definition()
    {
        await using var box = await StartAsync(new RemoteTlsOptions { Authorities = _authority.Trusted, Pins = [Other] });

        var answer = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("TLS: the host's key is not one of remote.box.tls.pin; it is sha256//", answer.Reason, StringComparison.Ordinal);
        var pin = Regex.Match(answer.Reason, "sha256//([A-Za-z0-9+/=]{44})").Groups[1].Value;
        await using var pinned = new Posthouse.Remotes.Hosts.RemoteHost(
            box.Host.Options with { Tls = new RemoteTlsOptions { Authorities = _authority.Trusted, Pins = [Other, pin] } });
        Assert.Equal(AnswerKind.Yes, (await pinned.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token)).Kind);
        Assert.Equal(0, box.Journal.Count("AUTH"));
    }

    [Fact]
    public async Task A_pin_holds_although_any_certificate_is_accepted()
    {
        await using var box = await StartAsync(new RemoteTlsOptions { AllowInvalidCerts = true, Pins = [Other] });
        Assert.Contains("remote.box.tls.pin", (await box.LogInAsync("jane@example.org", "tulip")).Reason, StringComparison.Ordinal);
        Assert.Equal(0, box.Journal.Count("AUTH"));
    }

    [Fact]
    public async Task A_pin_does_not_replace_the_authority()
    {
        await using var learnt = await StartAsync(new RemoteTlsOptions { AllowInvalidCerts = true });
        var report = await learnt.Host.ProbeAsync(SandboxedHost.Token);
        var pin = report.Endpoints[0].Steps.SelectMany(step => step.Facts).Single(fact => fact.Name == "pin").Value["sha256//".Length..];
        await using var pinned = new Posthouse.Remotes.Hosts.RemoteHost(learnt.Host.Options with { Tls = new RemoteTlsOptions { Pins = [pin] } });

        var answer = await pinned.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token);

        Assert.Contains("not known to this machine", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_self_signed_certificate_that_is_refused_the_pin_is_told_too(bool isPinned)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { Tls = SandboxTls.Implicit });
        var pin = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(box.Server.Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        await using var host = new Posthouse.Remotes.Hosts.RemoteHost(box.Host.Options with { Tls = new RemoteTlsOptions { Pins = [isPinned ? pin : Other] } });

        var answer = await host.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token);

        Assert.Contains("the self-signed certificate CN=sandbox.test is not known to this machine; remote.box.tls.ca may name it", answer.Reason, StringComparison.Ordinal);
        Assert.EndsWith(
            isPinned ? "; its key is one of remote.box.tls.pin, which vouches for no certificate" : $"; its key is not one of remote.box.tls.pin either; it is sha256//{pin}",
            answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_earlier_session_was_allowed_helps_no_later_one()
    {
        // By name, since sessions are resumed by it.
        await using var box = await StartAsync(new RemoteTlsOptions { AllowInvalidCerts = true, ServerName = "localhost" });
        for (var i = 0; i < 3; i++)
        {
            await using var host = new Posthouse.Remotes.Hosts.RemoteHost(box.Host.Options);
            Assert.Equal(AnswerKind.Yes, (await host.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token)).Kind);
        }
        foreach (var (tls, reason) in new[]
        {
            (new RemoteTlsOptions { AllowInvalidCerts = true, ServerName = "localhost", Pins = [Other] }, "remote.box.tls.pin"),
            (new RemoteTlsOptions { ServerName = "localhost" }, "not known to this machine"),
        })
        {
            await using var strict = new Posthouse.Remotes.Hosts.RemoteHost(box.Host.Options with { Tls = tls });
            var answer = await strict.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token);
            Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        }
    }

    Task<SandboxedHost> StartAsync(RemoteTlsOptions tls) => SandboxedHost.StartAsync(SandboxProtocol.Smtp,
        options => options with { Tls = tls },
        options => options with { Tls = SandboxTls.Implicit, Certificate = _authority.Issue("box", ["127.0.0.1", "localhost"]) });
}
