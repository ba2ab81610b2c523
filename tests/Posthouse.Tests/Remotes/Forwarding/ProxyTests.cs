using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Smtp;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Forwarding;

public class ProxyTests
{
    const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    static readonly string OfAnn = Signature + Encoding.Latin1.GetString(Convert.FromHexString("2111000CC0000207C6336401C350024B"));
    static readonly string OfNobody = Signature + Encoding.Latin1.GetString(Convert.FromHexString("20000000"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_header_stands_before_the_greeting(bool hasClient)
    {
        var client = hasClient ? Clients.Ann : null;
        var header = hasClient ? OfAnn : OfNobody;
        var smtp = new ScriptedDialler(async peer =>
        {
            await peer.ExpectAsync(header);
            await peer.GreetAsync();
            await peer.FarewellAsync();
        });
        await using (var host = smtp.Host())
            await (await smtp.ConnectAsync(host.Options.Told(ForwardClient.ProxyV2), client)).CloseAsync();
        await smtp.PlayedAsync();

        var imap = new ScriptedDialler(async peer =>
        {
            await peer.ExpectAsync(header);
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1] hello\r\n");
            Assert.EndsWith(" LOGOUT", await peer.LineAsync(), StringComparison.Ordinal);
        });
        await using (var host = imap.Host(RemoteProtocol.Imap))
            await (await imap.ConnectImapAsync(host.Options.Told(ForwardClient.ProxyV2), client)).CloseAsync();
        await imap.PlayedAsync();
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, SandboxTls.Implicit)]
    [InlineData(SandboxProtocol.Lmtp, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Imap, SandboxTls.Implicit)]
    public async Task The_header_goes_in_clear_before_TLS_and_the_login_inside(SandboxProtocol protocol, SandboxTls tls)
    {
        await using var box = await SandboxedHost.StartAsync(protocol,
            options => options with { Tls = new RemoteTlsOptions { Implicit = tls == SandboxTls.Implicit, AllowInvalidCerts = true } },
            options => options with { Tls = tls, ProxyV2 = true });
        var options = box.Host.Options.Told(ForwardClient.ProxyV2);
        var dialler = new SystemDialler(TimeProvider.System);
        using var jane = Clients.Jane();

        HostConnection connection;
        LoginVerdict verdict;
        if (protocol == SandboxProtocol.Imap)
        {
            var imap = await dialler.ConnectImapAsync(options, Clients.Bob);
            verdict = await ImapLogin.AskAsync(imap, jane, Clients.Bob, SandboxedHost.Token);
            connection = imap;
        }
        else
        {
            var smtp = await dialler.ConnectAsync(options, Clients.Bob);
            verdict = await SmtpLogin.AskAsync(smtp, jane, Clients.Bob, SandboxedHost.Token);
            connection = smtp;
        }
        await connection.CloseAsync();

        Assert.Equal(AnswerKind.Yes, verdict.Answer.Kind);
        var seen = Assert.Single(box.Journal.SeenBy(protocol == SandboxProtocol.Imap ? "AUTHENTICATE" : "AUTH"))!;
        Assert.Equal(("2001:db8::b", "50001", "2001:db8::1", "25"), (seen.Address, seen.Port, seen.LocalAddress, seen.LocalPort));
    }

    const string Hint = "; remote.box.forward-client = \"proxy-v2\" put a PROXY header in front: does the host take one here?";

    [Theory]
    [InlineData("", false, true)]
    [InlineData("", true, true)]
    [InlineData("500 what is that\r\n", true, true)]
    [InlineData("554 go away\r\n", false, false)]
    [InlineData("421 busy\r\n", false, false)]
    public async Task A_host_that_turns_away_behind_the_header_is_asked_about_by_the_setting(string says, bool isTls, bool isHinted)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.ExpectAsync(OfNobody);
            if (isTls)
                await peer.ExpectAsync("\u0016");
            if (says.Length > 0)
                await peer.SayAsync(says);
        });
        await using var host = dialler.Host(define: options => options.Told(ForwardClient.ProxyV2) with
        {
            Tls = new RemoteTlsOptions { Implicit = isTls, StartTls = StartTlsPolicy.Disable },
        });

        var reason = (await host.VerifyAsync("a", SandboxedHost.Token)).Reason;

        Assert.Equal(isHinted, reason.EndsWith(Hint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_wants_a_header_gets_one_for_a_check_too()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options.Told(ForwardClient.ProxyV2), options => options with { ProxyV2 = true });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.All(box.Journal.Entries, entry => Assert.Null(entry.Client));
    }
}
