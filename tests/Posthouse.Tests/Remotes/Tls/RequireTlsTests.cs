using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Remotes.Tls;

/// <summary>A message that requires TLS (RFC 8689 section 4.2.1) and hosts that may have it, or may not.</summary>
public sealed class RequireTlsTests : IDisposable
{
    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SandboxTls.Implicit)]
    [InlineData(SandboxTls.StartTls)]
    public async Task A_host_that_is_verified_and_offers_it_hears_of_it(SandboxTls tls)
    {
        await using var box = await StartAsync(tls, "REQUIRETLS", isVerified: true);
        var outcome = await RelayAsync(box, SandboxedHost.MailboxOf("ann@sender.example"));
        Assert.Equal(Disposition.Delivered, outcome.Disposition);
        Assert.Contains(box.Journal.Entries, entry => entry.Text.StartsWith("MAIL FROM:<ann@sender.example>", StringComparison.Ordinal) && entry.Text.EndsWith(" REQUIRETLS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SandboxTls.Implicit, "", true, "5.7.30")]
    [InlineData(SandboxTls.Implicit, "REQUIRETLS", false, "5.7.10")]
    [InlineData(SandboxTls.None, "REQUIRETLS", false, "5.7.10")]
    public async Task Any_other_gets_nothing_of_it(SandboxTls tls, string keyword, bool isVerified, string status)
    {
        await using var box = await StartAsync(tls, keyword, isVerified);
        var outcome = await RelayAsync(box, SandboxedHost.MailboxOf("ann@sender.example"));
        Assert.Equal((Disposition.Permanent, Blame.Host, 550, status), (outcome.Disposition, outcome.Blame, outcome.Reply.Code, outcome.Reply.Enhanced.ToString()));
        Assert.Equal(0, box.Journal.Count("MAIL"));

        await using var live = box.Host.TryBeginRelay(Mail(SandboxedHost.MailboxOf("ann@sender.example")), TimeSpan.FromSeconds(20))!;
        var answer = await live.OfferAsync(new RcptCommand { Mailbox = SandboxedHost.MailboxOf("jane@example.org") }, SandboxedHost.Token);
        Assert.Equal((AnswerKind.Refused, status), (answer.Kind, answer.Reply!.Enhanced.ToString()));
        Assert.Equal(0, box.Journal.Count("MAIL"));
    }

    [Theory]
    [InlineData(SandboxTls.Implicit, "")]
    [InlineData(SandboxTls.None, "REQUIRETLS")]
    public async Task A_report_is_not_lost_for_it(SandboxTls tls, string keyword)
    {
        await using var box = await StartAsync(tls, keyword, isVerified: false);
        Assert.Equal(Disposition.Delivered, (await RelayAsync(box, null)).Disposition);
        Assert.DoesNotContain(box.Journal.Entries, entry => entry.Direction == SandboxDirection.FromClient && entry.Text.Contains("REQUIRETLS", StringComparison.Ordinal));
    }

    static async Task<Outcome> RelayAsync(SandboxedHost box, Mailbox? sender)
    {
        var request = SandboxedHost.Request("Subject: x\r\n\r\nx\r\n", "jane@example.org") with { Mail = Mail(sender) };
        return Assert.Single((await box.Host.RelayAsync(request, SandboxedHost.Token)).Outcomes);
    }

    static MailCommand Mail(Mailbox? sender) => new() { ReversePath = sender, RequireTls = true };

    Task<SandboxedHost> StartAsync(SandboxTls tls, string keyword, bool isVerified) => SandboxedHost.StartAsync(
        SandboxProtocol.Smtp,
        options => options with
        {
            Tls = new RemoteTlsOptions
            {
                Implicit = tls == SandboxTls.Implicit,
                StartTls = tls == SandboxTls.None ? StartTlsPolicy.Disable : StartTlsPolicy.Require,
                Authorities = isVerified ? _authority.Trusted : null,
                AllowInvalidCerts = !isVerified,
            },
        },
        options => options with { Tls = tls, Certificate = _authority.Issue("box", ["127.0.0.1"]), Keywords = keyword.Length > 0 ? [keyword] : [] });
}
