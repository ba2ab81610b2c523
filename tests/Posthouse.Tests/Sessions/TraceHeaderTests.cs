using System.Net;

namespace Posthouse.Tests.Sessions;

/// <summary>The one block of headers above the client's first octet.</summary>
public class TraceHeaderTests
{
    const string Message = "Subject: x\r\n\r\nbody\r\n";

    static async Task<string> QueuedAsync(SessionUnderTest session, string hello, string before = "", string message = Message, string to = "RCPT TO:<jane@example.org>\r\n")
    {
        await session.GreetedAsync(hello);
        await session.SendAsync($"{before}MAIL FROM:<a@b.example>\r\n{to}DATA\r\n");
        await session.SendAsync(message + ".\r\n");
        return session.Intake.Committed.Single().Text;
    }

    [Fact]
    public async Task Received_says_from_by_with_id_for_and_when()
    {
        await using var session = new SessionUnderTest();
        Assert.Equal(
            "Received: from client.example.net ([192.0.2.7])\r\n"
            + "\tby gw.example.org with ESMTP\r\n\tid Q1\r\n\tfor <jane@example.org>;\r\n\tMon, 23 Nov 2026 08:15:00 +0000\r\n" + Message,
            await QueuedAsync(session, "EHLO client.example.net"));
    }

    [Fact]
    public async Task Tls_and_login_show_in_received_and_a_users_message_gets_what_it_lacks()
    {
        await using var session = new SessionUnderTest().Tls();
        Assert.Equal(
            "Received: from client.example.net ([192.0.2.7])\r\n"
            + "\tby gw.example.org with ESMTPSA\r\n\t(version=TLS1.3 cipher=TLS_AES_256_GCM_SHA384)\r\n\tid Q1\r\n\tfor <jane@example.org>;\r\n"
            + "\tMon, 23 Nov 2026 08:15:00 +0000\r\nDate: Mon, 23 Nov 2026 08:15:00 +0000\r\nMessage-ID: <Q1@gw.example.org>\r\n" + Message,
            await QueuedAsync(session, "EHLO client.example.net", "AUTH PLAIN AGphbmUAc2VjcmV0\r\n"));
    }

    [Theory]
    [InlineData("DATE: today\r\nmessage-id: <x@y>\r\n\r\nbody\r\n", false, false)]
    [InlineData("Date: today\r\n\r\nMessage-ID: in the body\r\n", false, true)]
    [InlineData("X-Date: today\r\nMessage-ID : <x@y>\r\n\r\n", true, false)]
    [InlineData("no header at all\r\n", true, true)]
    public async Task Only_what_is_missing_is_added(string message, bool addsDate, bool addsId)
    {
        await using var session = new SessionUnderTest().Tls();
        var text = await QueuedAsync(session, "EHLO client.example.net", "AUTH PLAIN AGphbmUAc2VjcmV0\r\n", message);
        var block = text[..^message.Length];
        Assert.EndsWith(message, text, StringComparison.Ordinal);
        Assert.Equal(addsDate, block.Contains("\r\nDate: ", StringComparison.Ordinal));
        Assert.Equal(addsId, block.Contains("\r\nMessage-ID: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Behind_a_header_too_long_to_be_held_nothing_is_added_twice()
    {
        await using var session = new SessionUnderTest().Tls();
        var message = $"X-Long: {new string('x', 100_000)}\r\nDate: today\r\n\r\nbody\r\n";
        var text = await QueuedAsync(session, "EHLO client.example.net", "AUTH PLAIN AGphbmUAc2VjcmV0\r\n", message);
        Assert.EndsWith("+0000\r\n" + message, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HELO client.example.net", false, false, "SMTP")]
    [InlineData("EHLO client.example.net", true, false, "ESMTPS")]
    [InlineData("LHLO client.example.net", false, true, "LMTP")]
    [InlineData("LHLO client.example.net", true, true, "LMTPS")]
    public async Task The_protocol_is_named_by_its_registered_word(string hello, bool tls, bool lmtp, string word)
    {
        var prepared = tls ? new SessionUnderTest().Tls() : new SessionUnderTest();
        await using var session = lmtp ? prepared.Lmtp() : prepared;
        Assert.Contains($"with {word}\r\n", await QueuedAsync(session, hello), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_recipients_are_not_named()
    {
        await using var session = new SessionUnderTest();
        var text = await QueuedAsync(session, "EHLO client.example.net", to: "RCPT TO:<jane@example.org>\r\nRCPT TO:<joe@example.org>\r\n");
        Assert.DoesNotContain("for <", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_turn_each_header_on_and_off()
    {
        await using var session = new SessionUnderTest().With(m => m with
        {
            Data = m.Data with { AddReceived = false, AddReturnPath = true, AddDate = true, AddMessageId = false },
        });
        Assert.Equal(
            "Return-Path: <a@b.example>\r\nDate: Mon, 23 Nov 2026 08:15:00 +0000\r\n" + Message, await QueuedAsync(session, "EHLO client.example.net"));
    }

    [Theory]
    [InlineData("2001:db8::7", "[IPv6:2001:db8::7]")]
    [InlineData("fe80::1%2", "[IPv6:fe80::1]")]
    public async Task An_ipv6_client_is_written_as_a_literal_without_a_scope(string address, string literal)
    {
        await using var session = new SessionUnderTest();
        session.Connection = session.Connection with { RemoteIp = IPAddress.Parse(address) };
        Assert.StartsWith($"Received: from client.example.net ({literal})\r\n", await QueuedAsync(session, "EHLO client.example.net"), StringComparison.Ordinal);
    }
}
