using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>HARDENING §2 A and B: connect, framing, hello.</summary>
public class GreetingTests
{
    [Fact]
    public async Task An_ehlo_announces_what_is_usable()
    {
        await using var session = new SessionUnderTest().Start();
        await session.PlayAsync("""
            S: 220 gw.example.org ESMTP ready
            C: EHLO client.example.net
            S: 250-gw.example.org greets client.example.net
            S: 250-PIPELINING
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250-ENHANCEDSTATUSCODES
            S: 250-SIZE 26214400
            S: 250-CHUNKING
            S: 250-DSN
            S: 250 LIMITS RCPTMAX=100 MAILMAX=10
            C: QUIT
            S: 221 2.0.0 Bye
            S: closed
            """);
        Assert.Equal(SessionEnd.Quit, await session.Ended);
    }
}
