using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Relaying;
using Posthouse.Sandbox;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Remotes;

/// <summary>What is not a fault of the host; those stand in <see cref="Faults.LiveRelayFaults"/>.</summary>
public class LiveRelayTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly MailCommand Mail = new() { ReversePath = SandboxedHost.MailboxOf("ann@sender.example") };

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Lmtp)]
    public async Task A_body_in_pieces_arrives_byte_for_byte(SandboxProtocol protocol)
    {
        await using var box = await SandboxedHost.StartAsync(protocol);
        var body = "Subject: dots\r\n\r\n.\r\n..\r\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $".line {i}\r\n"));
        await using var relay = box.Host.TryBeginRelay(Mail, Patience)!;

        Assert.Equal(AnswerKind.Yes, (await OfferAsync(relay, "jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await OfferAsync(relay, "nobody@example.org")).Kind);
        foreach (var piece in Encoding.Latin1.GetBytes(body).Chunk(777))
            Assert.True(await relay.SendAsync(piece, SandboxedHost.Token));
        var result = await relay.EndAsync(Patience, SandboxedHost.Token);

        Assert.Equal(Disposition.Delivered, Assert.Single(result.Outcomes).Disposition);
        Assert.Equal(body, Encoding.Latin1.GetString(Assert.Single(box.Accounts.Messages("jane@example.org")).Body.Span));
    }

    [Fact]
    public async Task What_it_hears_of_a_mailbox_need_not_be_asked_again()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using (var relay = box.Host.TryBeginRelay(Mail, Patience)!)
        {
            await OfferAsync(relay, "jane@example.org");
            await OfferAsync(relay, "nobody@example.org");
        }

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("nobody@example.org")).Kind);
        Assert.Equal(2, box.Journal.Count("RCPT"));
    }

    [Fact]
    public async Task One_that_is_given_up_in_its_envelope_leaves_the_connection_to_others()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using (var relay = box.Host.TryBeginRelay(Mail, Patience)!)
            await OfferAsync(relay, "jane@example.org");

        await box.RelayAsync("Subject: x\r\n\r\nx\r\n", "jane@example.org");

        Assert.Equal((1, 1, 1), (box.Journal.Count("RSET"), box.Journal.Connections, box.Journal.Messages));
    }

    [Fact]
    public async Task One_that_is_given_up_in_its_body_delivers_nothing()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using (var relay = box.Host.TryBeginRelay(Mail, Patience)!)
        {
            await OfferAsync(relay, "jane@example.org");
            Assert.True(await relay.SendAsync("Subject: x\r\n\r\nx\r\n"u8.ToArray(), SandboxedHost.Token));
        }

        await box.Journal.WaitAsync(() => box.Journal.OpenConnections == 0, SandboxedHost.Token);
        Assert.Equal(0, box.Journal.Messages);
        Assert.Equal(0, box.Host.Snapshot().Busy);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    public async Task They_hold_half_of_the_connections_at_most(int concurrency, int most)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = concurrency });
        var relays = Enumerable.Range(0, most).Select(_ => box.Host.TryBeginRelay(Mail, Patience)!).ToList();
        Assert.DoesNotContain(null, relays);

        Assert.Null(box.Host.TryBeginRelay(Mail, Patience));

        foreach (var relay in relays)
        {
            await relay.DisposeAsync();
            await relay.DisposeAsync();
        }
        relays = [.. Enumerable.Range(0, most).Select(_ => box.Host.TryBeginRelay(Mail, Patience)!)];
        Assert.DoesNotContain(null, relays);
        Assert.Null(box.Host.TryBeginRelay(Mail, Patience));
        foreach (var relay in relays)
            await relay.DisposeAsync();
    }

    [Fact]
    public async Task No_recipient_follows_the_body()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using var relay = box.Host.TryBeginRelay(Mail, Patience)!;
        await OfferAsync(relay, "jane@example.org");
        await relay.SendAsync("Subject: x\r\n\r\nx\r\n"u8.ToArray(), SandboxedHost.Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => OfferAsync(relay, "joe@example.org"));
    }

    [Fact]
    public async Task IMAP_takes_no_mail()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);

        Assert.Null(box.Host.TryBeginRelay(Mail, Patience));
    }

    [Theory]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task A_cancellation_before_the_dot_is_thrown_and_delivers_nothing(string verb)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        using var cancel = new CancellationTokenSource();
        box.Server.Faults.OnCommand = (command, _) =>
        {
            if (command == verb)
                cancel.Cancel();
            return command == verb ? SandboxAction.Stall : null;
        };
        await using (var relay = box.Host.TryBeginRelay(Mail, Patience)!)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await relay.OfferAsync(new RcptCommand { Mailbox = SandboxedHost.MailboxOf("jane@example.org") }, cancel.Token);
                await relay.SendAsync("a: b\r\n\r\n"u8.ToArray(), cancel.Token);
            });
        }

        Assert.Equal(0, box.Journal.Messages);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot() is { Busy: 0, Closing: 0 });
    }

    [Fact]
    public async Task A_cancellation_after_the_dot_leaves_it_maybe_delivered()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        using var cancel = new CancellationTokenSource();
        box.Server.Faults.OnCommand = (command, _) =>
        {
            if (command == ".")
                cancel.Cancel();
            return command == "." ? SandboxAction.Stall : null;
        };
        await using var relay = box.Host.TryBeginRelay(Mail, Patience)!;
        await OfferAsync(relay, "jane@example.org");
        await relay.SendAsync("a: b\r\n\r\n"u8.ToArray(), SandboxedHost.Token);

        var result = await relay.EndAsync(Patience, cancel.Token);

        Assert.True(Assert.Single(result.Outcomes) is { Disposition: Disposition.Temporary, MaybeDelivered: true });
    }

    [Fact]
    public async Task A_message_that_the_host_cannot_take_is_refused_before_anything_is_said()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { MaxMessageSize = 1000 });
        await using var relay = box.Host.TryBeginRelay(Mail with { Size = 1001 }, Patience)!;

        var answer = await OfferAsync(relay, "jane@example.org");

        Assert.Equal((AnswerKind.Refused, 552), (answer.Kind, answer.Reply!.Code));
        Assert.Equal(0, box.Journal.Count("MAIL"));
    }

    static Task<Answer> OfferAsync(LiveRelay relay, string mailbox) =>
        relay.OfferAsync(new RcptCommand { Mailbox = SandboxedHost.MailboxOf(mailbox) }, SandboxedHost.Token);
}
