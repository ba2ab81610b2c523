using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Forwarding;

public class ImapIdTests
{
    static RemoteHostOptions Told(RemoteHostOptions options) => options.Told(ForwardClient.ImapId);

    [Fact]
    public async Task ID_goes_before_the_login_in_the_words_of_Dovecot()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 SASL-IR ID AUTH=PLAIN] hello\r\n");
            var id = await peer.LineAsync();
            Assert.EndsWith(" ID (\"x-originating-ip\" \"192.0.2.7\" \"x-originating-port\" \"50000\" \"x-connected-ip\" \"198.51.100.1\""
                + " \"x-connected-port\" \"587\" \"x-proxy-ttl\" \"5\")", id, StringComparison.Ordinal);
            await peer.SayAsync($"* ID NIL\r\n{id.Split(' ')[0]} OK Trusted ID completed.\r\n");
            var login = await peer.LineAsync();
            Assert.EndsWith(" AUTHENTICATE PLAIN AGphbmVAZXhhbXBsZS5vcmcAdHVsaXA=", login, StringComparison.Ordinal);
            await peer.SayAsync($"{login.Split(' ')[0]} OK in\r\n");
            Assert.EndsWith(" LOGOUT", await peer.LineAsync(), StringComparison.Ordinal);
        });
        await using (var host = dialler.Host(RemoteProtocol.Imap, Told))
            Assert.Equal(AnswerKind.Yes, (await host.LogInAsync(Clients.Ann)).Kind);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_connection_that_has_told_of_one_client_serves_no_other_since_the_host_heeds_the_first_ID_only()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap, Told, options => options with { Unauthenticate = true });

        Assert.Equal(AnswerKind.No, (await box.Host.LogInAsync(Clients.Ann, secret: "wrong")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.Host.LogInAsync(Clients.Bob)).Kind);
        Assert.Equal(AnswerKind.No, (await box.Host.LogInAsync(null, secret: "wrong too")).Kind);

        Assert.Equal(["192.0.2.7", "2001:db8::b", null], box.Journal.SeenBy("AUTHENTICATE").Select(client => client?.Address));
        Assert.Equal((3, 2), (box.Journal.Connections, box.Journal.Count("ID")));
    }

    [Fact]
    public async Task A_host_that_does_not_offer_ID_is_unavailable_and_the_setting_is_named()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n");
            await peer.ExpectCloseAsync();
        });
        await using var host = dialler.Host(RemoteProtocol.Imap, Told);
        var answer = await host.LogInAsync(Clients.Ann);
        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.forward-client", answer.Reason, StringComparison.Ordinal);
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("NO no")]
    [InlineData("BAD Invalid ID parameters")]
    public async Task An_ID_that_is_refused_is_no_word_about_the_login(string refusal)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap, Told);
        box.Server.Faults.OnCommand = (verb, _) => verb == "ID" ? SandboxAction.Tagged(refusal) : null;
        Assert.Equal(AnswerKind.Unavailable, (await box.Host.LogInAsync(Clients.Ann)).Kind);
        Assert.Equal(0, box.Journal.Count("AUTHENTICATE"));
    }
}
