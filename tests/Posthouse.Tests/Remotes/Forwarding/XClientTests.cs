using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Forwarding;

public class XClientTests
{
    static readonly string[] All = ["NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"];

    static Task<SandboxedHost> StartAsync(
        SandboxProtocol protocol, Func<RemoteHostOptions, RemoteHostOptions>? define = null, Func<SandboxOptions, SandboxOptions>? serve = null) =>
        SandboxedHost.StartAsync(protocol,
            options => (define?.Invoke(options) ?? options).Told(ForwardClient.XClient),
            options => serve?.Invoke(options with { XClient = All }) ?? options with { XClient = All });

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Lmtp)]
    public async Task Each_transaction_on_one_connection_comes_on_behalf_of_its_own_client(SandboxProtocol protocol)
    {
        await using var box = await StartAsync(protocol);

        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Ann)).Disposition);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Bob)).Disposition);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Bob)).Disposition);

        Assert.Equal(1, box.Journal.Connections);
        Assert.Equal(3, box.Journal.Count("XCLIENT"));
        Assert.Equal(4, box.Journal.Count(protocol == SandboxProtocol.Lmtp ? "LHLO" : "EHLO"));
        var ann = new SandboxClient
        {
            Address = "192.0.2.7", Port = "50000", LocalAddress = "198.51.100.1", LocalPort = "587", Helo = "ann.example", Protocol = "ESMTP", Login = "ann+x@example.org",
        };
        var bob = new SandboxClient
        {
            Address = "IPV6:2001:db8::b", Port = "50001", LocalAddress = "IPV6:2001:db8::1", LocalPort = "25", Helo = "bob.example", Protocol = "SMTP", Login = "bob",
        };
        Assert.Equal([ann, bob, bob], box.Journal.SeenBy("FROM:<ann@sender.example>"));
    }

    [Fact]
    public async Task What_a_client_hears_of_a_recipient_is_no_answer_for_others()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        await using (var relay = box.Host.TryBeginRelay(Clients.Mail(null).Mail, TimeSpan.FromSeconds(30), Clients.Ann)!)
        {
            await relay.OfferAsync(new() { Mailbox = SandboxedHost.MailboxOf("jane@example.org") }, SandboxedHost.Token);
            await relay.OfferAsync(new() { Mailbox = SandboxedHost.MailboxOf("nobody@example.org") }, SandboxedHost.Token);
        }

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("nobody@example.org")).Kind);
        Assert.Equal(4, box.Journal.Count("RCPT"));
    }

    [Fact]
    public async Task The_words_are_those_of_Postfix_and_what_is_not_listed_is_not_told()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250-XCLIENT NAME ADDR LOGIN TTL DESTPORT\r\n250 PIPELINING");
            await peer.ExpectAsync("XCLIENT LOGIN=ann+2Bx@example.org DESTPORT=587 NAME=[UNAVAILABLE] ADDR=192.0.2.7\r\n");
            await peer.GreetAsync("250 XCLIENT ADDR", "ann.example");
            await peer.ExpectAsync("MAIL FROM:<ann@sender.example>\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.ExpectAsync("RCPT TO:<jane@example.org>\r\n");
            await peer.SayAsync("550 no\r\n");
            await peer.ExpectAsync("RSET\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host(define: options => options.Told(ForwardClient.XClient)))
            Assert.Equal(Disposition.Permanent, (await host.RelayAsync(Clients.Ann)).Disposition);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task More_than_a_line_holds_goes_in_several_commands_each_with_its_greeting()
    {
        var login = new string('+', 150);
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 XCLIENT HELO LOGIN ADDR");
            await peer.ExpectAsync($"XCLIENT HELO={new string('h', 60)}.example\r\n");
            await peer.SayAsync("220 again\r\n");
            await peer.ExpectAsync($"XCLIENT LOGIN={string.Concat(login.Select(_ => "+2B"))} ADDR=192.0.2.7\r\n");
            await peer.GreetAsync(name: new string('h', 60) + ".example");
            await peer.ExpectAsync("MAIL FROM:<ann@sender.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        });
        await using var host = dialler.Host(define: options => options.Told(ForwardClient.XClient));
        var outcome = await host.RelayAsync(Clients.Ann with { Login = login, HelloName = new string('h', 60) + ".example" });
        Assert.Equal(Disposition.Temporary, outcome.Disposition);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task Our_own_login_comes_again_after_it_and_the_clients_is_not_told()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp,
            options => options with { Auth = new RemoteAuthOptions("relay", "mule") }, options => options with { RequireAuth = true });

        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Ann)).Disposition);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Bob)).Disposition);

        Assert.Equal((1, 3), (box.Journal.Connections, box.Journal.Count("AUTH")));
        Assert.Equal([(Clients.Ann.HelloName, null), (Clients.Bob.HelloName, null)],
            box.Journal.SeenBy("FROM:<ann@sender.example>").Select(client => (client!.Helo, client.Login)));
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Lmtp)]
    public async Task A_login_comes_on_behalf_of_its_client_who_is_not_logged_in_yet(SandboxProtocol protocol)
    {
        await using var box = await StartAsync(protocol);

        Assert.Equal(AnswerKind.No, (await box.Host.LogInAsync(Clients.Ann, secret: "wrong")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.Host.LogInAsync(Clients.Bob)).Kind);

        Assert.Equal(1, box.Journal.Connections);
        Assert.Equal([("192.0.2.7", null), ("IPV6:2001:db8::b", null)], box.Journal.SeenBy("AUTH").Select(client => (client!.Address, client.Login)));
    }

    [Fact]
    public async Task Checks_and_queries_never_tell()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token)).Kind);
        Assert.Equal(0, box.Journal.Count("XCLIENT"));
    }

    [Fact]
    public async Task A_request_without_a_client_is_ours_and_takes_no_connection_that_has_told_of_one()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(null)).Disposition);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Ann)).Disposition);
        Assert.Equal(1, box.Journal.Connections);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(null)).Disposition);

        Assert.Equal(2, box.Journal.Connections);
        Assert.Equal([null, "192.0.2.7", null], box.Journal.SeenBy("FROM:<ann@sender.example>").Select(client => client?.Address));
    }

    [Fact]
    public async Task What_was_known_of_one_client_and_is_not_of_the_next_does_not_stick()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Ann)).Disposition);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Bob with { Login = null })).Disposition);
        Assert.Equal(2, box.Journal.Connections);
        Assert.Equal(["ann+x@example.org", null], box.Journal.SeenBy("FROM:<ann@sender.example>").Select(client => client!.Login));
        Assert.Contains(box.Journal.Entries, entry => entry.Text.Contains(" LOGIN=[UNAVAILABLE] ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_does_not_offer_it_is_unavailable_and_the_setting_is_named()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options.Told(ForwardClient.XClient));

        var answer = await box.Host.LogInAsync(Clients.Ann);
        var outcome = await box.Host.RelayAsync(Clients.Ann);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.forward-client", answer.Reason, StringComparison.Ordinal);
        Assert.Equal((Disposition.Temporary, Blame.Definition), (outcome.Disposition, outcome.Blame));
        Assert.Contains("remote.box.forward-client", outcome.Reply.Text, StringComparison.Ordinal);
        Assert.Equal((0, 0), (box.Journal.Count("AUTH"), box.Journal.Count("MAIL")));
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(null)).Disposition);
    }

    [Theory]
    [InlineData(550, Blame.Definition)]
    [InlineData(451, Blame.Transport)]
    public async Task A_refusal_is_no_word_about_the_message_or_the_login(int code, Blame blame)
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        box.Server.Faults.OnCommand = (verb, _) => verb == "XCLIENT" ? SandboxAction.Reply(code, "not you") : null;

        var answer = await box.Host.LogInAsync(Clients.Ann);
        var outcome = await box.Host.RelayAsync(Clients.Ann);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("not you", answer.Reason, StringComparison.Ordinal);
        Assert.Equal((Disposition.Temporary, blame), (outcome.Disposition, outcome.Blame));
        Assert.Equal((0, 0), (box.Journal.Count("AUTH"), box.Journal.Count("MAIL")));
    }

    [Fact]
    public async Task A_host_that_takes_it_once_a_connection_is_asked_afresh()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        var refused = 0;
        var first = 0L;
        box.Server.Faults.OnCommand = (verb, _) => verb != "XCLIENT" ? null
            : box.Journal.Connections == 1 && ++first == 2 && ++refused == 1 ? SandboxAction.Reply(550, "insufficient authorization") : null;

        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Ann)).Disposition);
        Assert.Equal(Disposition.Delivered, (await box.Host.RelayAsync(Clients.Bob)).Disposition);
        Assert.Equal((1, 2), (refused, box.Journal.Connections));
        Assert.Equal(["192.0.2.7", "IPV6:2001:db8::b"], box.Journal.SeenBy("FROM:<ann@sender.example>").Select(client => client!.Address));
    }

    [Fact]
    public async Task A_connection_on_which_it_is_offered_no_more_serves_no_other_client()
    {
        Func<ScriptedPeer, Task> Play(string address, string name) => async peer =>
        {
            await peer.GreetAsync("250 XCLIENT ADDR");
            await peer.ExpectAsync($"XCLIENT ADDR={address}\r\n");
            await peer.GreetAsync("250 PIPELINING", name);
            await peer.ExpectAsync("MAIL FROM:<ann@sender.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
            await peer.SayAsync("250 ok\r\n550 no\r\n554 none\r\n");
            await peer.ExpectAsync("RSET\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.FarewellAsync();
        };
        var dialler = new ScriptedDialler(Play("192.0.2.7", "ann.example"), Play("IPV6:2001:db8::b", "bob.example"));
        await using (var host = dialler.Host(define: options => options.Told(ForwardClient.XClient)))
        {
            Assert.Equal(550, (await host.RelayAsync(Clients.Ann)).Reply.Code);
            Assert.Equal(550, (await host.RelayAsync(Clients.Bob)).Reply.Code);
        }
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("my_pc", false)]
    [InlineData("unwanted.example", true)]
    [InlineData(null, false)]
    public async Task A_name_of_the_client_that_no_hello_takes_gives_way_to_ours(string? name, bool isSaid)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 XCLIENT ADDR");
            await peer.ExpectAsync("XCLIENT ADDR=192.0.2.7\r\n");
            await peer.SayAsync("220 again\r\n");
            if (isSaid)
            {
                await peer.ExpectAsync($"EHLO {name}\r\n");
                await peer.SayAsync("550 not by that name\r\n");
            }
            await peer.ExpectAsync("EHLO post.example\r\n");
            await peer.SayAsync("250-scripted\r\n250 SIZE 1\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host(define: options => options.Told(ForwardClient.XClient)))
            Assert.Equal(552, (await host.RelayAsync(Clients.Ann with { HelloName = name })).Reply.Code);
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("220 again\r\n250 AUTH PLAIN\r\n")]
    [InlineData("250 ok\r\n")]
    [InlineData("354 go\r\n")]
    [InlineData("220-again\r\n250 x\r\n")]
    public async Task More_or_something_else_than_a_greeting_ends_it_before_a_secret_is_said(string greeting)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250-AUTH PLAIN\r\n250 XCLIENT ADDR");
            await peer.ExpectAsync("XCLIENT ADDR=192.0.2.7\r\n");
            await peer.SayAsync(greeting);
            await peer.ExpectCloseAsync();
        });
        await using var host = dialler.Host(define: options => options.Told(ForwardClient.XClient));
        Assert.Equal(AnswerKind.Unavailable, (await host.LogInAsync(Clients.Ann)).Kind);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task What_the_host_offers_the_client_takes_the_place_of_what_it_offered_us()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250-SIZE 1000\r\n250 XCLIENT ADDR");
            await peer.ExpectAsync("XCLIENT ADDR=192.0.2.7\r\n");
            await peer.GreetAsync("250 SIZE 1", "ann.example");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host(define: options => options.Told(ForwardClient.XClient)))
            Assert.Equal(552, (await host.RelayAsync(Clients.Ann)).Reply.Code);
        await dialler.PlayedAsync();
    }
}
