using System.Net;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Sessions;

/// <summary>HARDENING §2 C: MAIL, and the order of verbs.</summary>
public class EnvelopeTests
{
    [Theory]
    [InlineData("MAIL", "501 5.5.4")]
    [InlineData("MAIL FROM:", "501 5.5.4")]
    [InlineData("MAIL FROM:<>", "250 2.1.0")]
    [InlineData("MAIL FROM:a@b.example", "501")]
    [InlineData("MAIL FROM: <a@b.example>", "501")]
    [InlineData("MAIL FROM:<<a@b.example>>", "501")]
    [InlineData("MAIL FROM:<a..b@b.example>", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@[010.0.0.1]>", "501")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=26214400", "250 2.1.0")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=26214401", "552 5.3.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=99999999999999999999", "552 5.3.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=+5", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=1 SIZE=2", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> FOO=bar", "555 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> BODY=8BITMIME", "250 2.1.0")]
    [InlineData("MAIL FROM:<a@b.example> BODY=BINARYMIME", "555 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> AUTH=<>", "555 5.5.4")]
    [InlineData("MAIL FROM:<\u00c3\u00bc@b.example>", "553 5.6.7")]
    [InlineData("MAIL FROM:<\u00c3\u00bc@b.example> SMTPUTF8", "250 2.1.0")]
    public async Task Mail_is_parsed_strictly(string line, string reply)
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync(line + "\r\n");
        Assert.StartsWith(reply, await session.LineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_helo_no_parameter_is_known()
    {
        await using var session = await new SessionUnderTest().GreetedAsync("HELO client.example.net");
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example> SIZE=1
            S: 555 5.5.4…
            C: BDAT 0 LAST
            S: 503 5.5.1 BDAT out of order
            C: AUTH PLAIN
            S: 503 5.5.1…
            """);
    }

    [Fact]
    public async Task Verbs_out_of_sequence_are_refused_and_change_nothing()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync("""
            C: RCPT TO:<jane@example.org>
            S: 503 5.5.1 MAIL first
            C: DATA
            S: 503 5.5.1 MAIL first
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0 Sender OK
            C: MAIL FROM:<c@d.example>
            S: 503 5.5.1…
            C: AUTH PLAIN
            S: 503 5.5.1…
            C: DATA
            S: 503 5.5.1 RCPT first
            C: RCPT TO:<jane@example.org>
            S: 250 2.1.5 Recipient OK
            C: MAIL FROM:<c@d.example>
            S: 503 5.5.1…
            C: DATA x
            S: 501 5.5.4…
            C: DATA
            S: 354 …
            """);
    }

    [Theory]
    [InlineData("EHLO client.example.net")]
    [InlineData("RSET")]
    public async Task A_hello_or_rset_forgets_the_transaction_but_not_the_login(string verb)
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync("""
            C: AUTH PLAIN AGphbmUAc2VjcmV0
            S: 235 2.7.0…
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<jane@example.org>
            S: 250 2.1.5…
            """);
        await session.SendAsync(verb + "\r\n");
        session.Unread();
        await session.PlayAsync("""
            C: RCPT TO:<jane@example.org>
            S: 503 5.5.1 MAIL first
            C: AUTH PLAIN AGphbmUAc2VjcmV0
            S: 503 5.5.1 Already authenticated
            """);
    }

    [Theory]
    [InlineData(IntakeResult.NoSpace, "452 4.3.1 Insufficient system storage")]
    [InlineData(IntakeResult.Failed, "451 4.3.0 Unable to store messages at this time")]
    public async Task A_queue_without_room_is_told_of_at_mail(IntakeResult answer, string reply)
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        session.Intake.ProbeAnswer = answer;
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: {reply}
            C: RCPT TO:<jane@example.org>
            S: 503 5.5.1 MAIL first
            """);
    }

    [Fact]
    public async Task Where_a_login_is_required_a_stranger_gets_530_at_mail()
    {
        await using var session = await new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { Require = true } }).GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 530 5.7.0 Authentication required
            C: MAIL FROM:nonsense
            S: 530 5.7.0 Authentication required
            C: AUTH PLAIN AGphbmUAc2VjcmV0
            S: 235 2.7.0…
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            """);
    }

    [Fact]
    public async Task With_must_match_sender_a_user_sends_as_itself_or_as_its_list_says()
    {
        await using var session = await new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { MustMatchSender = true } }).GreetedAsync();
        session.Lists["jane@example.org"] = new AddressList("jane@example.org", ["sales@example.org"]);
        await session.PlayAsync($"""
            C: MAIL FROM:<stranger@example.net>
            S: 250 2.1.0…
            C: RSET
            S: 250 …
            C: AUTH PLAIN {Convert.ToBase64String("\0jane@example.org\0secret"u8)}
            S: 235 2.7.0…
            C: MAIL FROM:<joe@example.org>
            S: 553 5.7.1…
            C: MAIL FROM:<>
            S: 553 5.7.1…
            C: MAIL FROM:<sales@example.org>
            S: 250 2.1.0…
            C: RSET
            S: 250 …
            C: MAIL FROM:<jane@EXAMPLE.org>
            S: 250 2.1.0…
            """);
    }

    [Fact]
    public async Task The_envelope_reaches_the_queue_with_its_parameters_and_origin()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync("""
            C: AUTH PLAIN AGphbmUAc2VjcmV0
            S: 235 2.7.0…
            C: MAIL FROM:<a@b.example> SIZE=20 BODY=8BITMIME RET=HDRS ENVID=x+2By
            S: 250 2.1.0…
            C: RCPT TO:<joe@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;joe@example.org
            S: 250 2.1.5…
            C: DATA
            S: 354 …
            C: .
            S: 250 2.0.0 Queued as Q1
            """);
        var envelope = Assert.Single(session.Intake.Committed).Envelope!;
        Assert.Equal("a@b.example", envelope.Mail.ReversePath!.ToString());
        Assert.Equal((20L, BodyKind.EightBit, DsnReturn.Headers, "x+y"), (envelope.Mail.Size, envelope.Mail.Body, envelope.Mail.Return, envelope.Mail.EnvelopeId));
        var recipient = Assert.Single(envelope.Recipients);
        Assert.Equal((DsnNotify.Success | DsnNotify.Delay, "rfc822;joe@example.org"), (recipient.Notify, recipient.OriginalRecipient));
        Assert.Equal(("smtp", "192.0.2.7", true, "client.example.net", "jane"), (envelope.Origin.Listener, envelope.Origin.RemoteIp!.ToString(),
            envelope.Origin.IsTls, envelope.Origin.HeloDomain, envelope.Origin.AuthenticatedAs));
        Assert.Equal(new ClientIdentity(IPAddress.Parse("192.0.2.7"))
        {
            LocalAddress = IPAddress.Parse("192.0.2.1"), HelloName = "client.example.net", Login = "jane",
        }, envelope.Origin.Client());
    }

    [Fact]
    public async Task The_queue_hears_of_a_client_that_said_HELO_by_which_ports_it_came()
    {
        await using var session = new SessionUnderTest();
        session.Connection = session.Connection with { RemotePort = 50000, LocalPort = 25 };
        await session.GreetedAsync("HELO old.example.net");
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<joe@example.org>
            S: 250 2.1.5…
            C: DATA
            S: 354 …
            C: .
            S: 250 2.0.0 Queued as Q1
            """);
        Assert.Equal(new ClientIdentity(IPAddress.Parse("192.0.2.7"), 50000)
        {
            LocalAddress = IPAddress.Parse("192.0.2.1"), LocalPort = 25, HelloName = "old.example.net", IsExtended = false,
        }, Assert.Single(session.Intake.Committed).Envelope!.Origin.Client());
    }
}
