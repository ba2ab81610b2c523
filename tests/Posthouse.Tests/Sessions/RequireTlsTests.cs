namespace Posthouse.Tests.Sessions;

/// <summary>REQUIRETLS (RFC 8689) as a client sees it.</summary>
public class RequireTlsTests
{
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task It_is_offered_over_TLS_where_it_is_set(bool isTls, bool isSet, bool isOffered)
    {
        await using var session = Session(isTls, isSet).Start();
        await session.SendAsync("EHLO client.example.net\r\nMAIL FROM:<a@b.example> REQUIRETLS\r\n");
        var said = session.Unread();
        Assert.Equal(isOffered, said.Contains("250-REQUIRETLS\r\n", StringComparison.Ordinal));
        Assert.Contains(isOffered ? "\r\n250 2.1.0 " : "\r\n555 5.5.4 ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" REQUIRETLS", true)]
    [InlineData("", false)]
    public async Task The_queue_hears_of_it(string parameter, bool isRequired)
    {
        await using var session = await Session(isTls: true, isSet: true).GreetedAsync();
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>{parameter}
            S: 250 2.1.0…
            C: RCPT TO:<joe@example.org>
            S: 250 2.1.5…
            C: DATA
            S: 354 …
            C: .
            S: 250 2.0.0 Queued as Q1
            """);
        Assert.Equal(isRequired, Assert.Single(session.Intake.Committed).Envelope!.Mail.RequireTls);
    }

    static SessionUnderTest Session(bool isTls, bool isSet)
    {
        var session = new SessionUnderTest().With(model => model with { Extensions = model.Extensions with { RequireTls = isSet } });
        return isTls ? session.Tls() : session;
    }
}
