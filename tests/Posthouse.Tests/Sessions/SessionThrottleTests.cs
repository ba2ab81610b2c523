using System.Net;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Tests.Config;

namespace Posthouse.Tests.Sessions;

/// <summary><c>[[session.throttle]]</c>: what is refused when, and that each end gives back its place.</summary>
public class SessionThrottleTests
{
    const string TooManySessions = "421 4.7.0 Too many connections, try again later";
    const string Throttled = "451 4.4.5 Too much at a time, try again later";

    readonly SessionThrottles _throttles = new(TimeProvider.System);

    [Theory]
    [InlineData("listener", "connect")]
    [InlineData("remote-ip", "connect")]
    [InlineData("local-ip", "connect")]
    [InlineData("is-tls", "connect")]
    [InlineData("helo-domain", "MAIL")]
    [InlineData("authenticated-as", "MAIL")]
    [InlineData("sender", "MAIL")]
    [InlineData("sender-domain", "MAIL")]
    [InlineData("size", "MAIL")]
    [InlineData("rcpt", "RCPT")]
    [InlineData("rcpt-domain", "RCPT")]
    public async Task Who_is_the_same_waits_and_who_is_not_goes_on(string key, string stage)
    {
        var session = ConfigText.Model($"[[session.throttle]]\nkey = \"{key}\"\nconcurrency = 1").Session.Throttles;
        await using (var first = Open(session, ""))
        {
            Assert.Equal("", await RefusedAtAsync(first, ""));
            await using (var same = Open(session, ""))
                Assert.Equal(stage, await RefusedAtAsync(same, ""));
            await using (var other = Open(session, key))
                Assert.Equal("", await RefusedAtAsync(other, key));
        }
        await using (var later = Open(session, ""))
            Assert.Equal("", await RefusedAtAsync(later, ""));
        Assert.Equal(0, _throttles.Count);
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("close")]
    [InlineData("abort")]
    [InlineData("drain")]
    public async Task Each_end_of_a_session_gives_back_its_place(string end)
    {
        var model = new SessionThrottleModel { AtConnect = [One], AtMail = [One with { }], AtRcpt = [One with { }] };
        await using var session = Open(model, "");
        Assert.Equal("", await RefusedAtAsync(session, ""));
        Assert.Equal(3, _throttles.Count);
        switch (end)
        {
            case "quit":
                await session.SendAsync("QUIT\r\n");
                break;
            case "close":
                await session.CloseAsync();
                break;
            case "abort":
                session.Abort();
                break;
            default:
                session.Drain();
                break;
        }
        await session.Ended.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, _throttles.Count);
    }

    [Theory]
    [InlineData("C: RSET\nS: 250…")]
    [InlineData("C: EHLO client.example.net\nS: 250-…\nS: 250-…")]
    [InlineData("C: DATA\nS: 354…\nC: x\nC: .\nS: 250 2.0.0…")]
    [InlineData("C: DATA\nS: 354…\nC: \0\nC: .\nS: 550…")]
    public async Task A_transaction_that_has_ended_gives_back_its_places(string end)
    {
        await using var session = Open(new SessionThrottleModel { AtMail = [One], AtRcpt = [One with { }] }, "");
        Assert.Equal("", await RefusedAtAsync(session, ""));
        await session.PlayAsync(end);
        Assert.Equal(0, _throttles.Count);
    }

    [Fact]
    public async Task A_refused_sender_or_recipient_keeps_no_place()
    {
        await using var session = Open(new SessionThrottleModel { AtMail = [One], AtRcpt = [One with { }] }, "");
        await session.Start().PlayAsync("""
            S: 220…
            C: EHLO client.example.net
            S: 250-gw.example.org greets client.example.net
            """);
        while ((await session.LineAsync())![3] == '-')
        {
        }
        session.Intake.ProbeAnswer = Posthouse.Gateway.Queue.IntakeResult.NoSpace;
        await session.PlayAsync("C: MAIL FROM:<a@b.example>\nS: 452 4.3.1…");
        Assert.Equal(0, _throttles.Count);
        session.Intake.ProbeAnswer = Posthouse.Gateway.Queue.IntakeResult.Committed;
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250…
            C: RCPT TO:<nobody@example.org>
            S: 550…
            C: RCPT TO:<jane@example.org>
            S: 250…
            C: RCPT TO:<joe@example.org>
            S: 451 4.4.5 Too much at a time, try again later
            C: RCPT TO:<jane@example.org>
            S: 250…
            """);
    }

    [Fact]
    public async Task What_cannot_be_decided_is_put_off()
    {
        var undecided = new ThrottleModel(new HostDown(), [], 1, 0, default);
        await using (var session = Open(new SessionThrottleModel { AtConnect = [undecided] }, ""))
        {
            await session.Start().PlayAsync("S: 421 4.4.3 Unable to decide at this time\nS: closed");
            Assert.Equal(SessionEnd.Undecided, await session.Ended);
        }
        await using (var session = await Open(new SessionThrottleModel { AtMail = [undecided] }, "").GreetedAsync())
            await session.PlayAsync("C: MAIL FROM:<a@b.example>\nS: 451 4.4.3 Unable to verify at this time");
        await using (var session = await Open(new SessionThrottleModel { AtRcpt = [undecided] }, "").GreetedAsync())
            await session.PlayAsync("C: MAIL FROM:<a@b.example>\nS: 250…\nC: RCPT TO:<jane@example.org>\nS: 451 4.4.3 Unable to verify at this time");
    }

    [Fact]
    public async Task A_throttle_holds_for_what_it_matches()
    {
        var model = ConfigText.Model("[[session.throttle]]\nmatch = { if = \"remote-ip\", eq = \"198.51.100.0/24\" }\nrate = \"1/1h\"").Session.Throttles;
        for (var i = 0; i < 3; i++)
        {
            await using var free = Open(model, "");
            await free.Start().PlayAsync("S: 220…");
        }
        for (var i = 0; i < 2; i++)
        {
            await using var bound = Open(model, "remote-ip");
            await bound.Start().PlayAsync(i == 0 ? "S: 220…" : $"S: {TooManySessions}\nS: closed");
            if (i > 0)
                Assert.Equal(SessionEnd.Throttled, await bound.Ended);
        }
    }

    static ThrottleModel One => new(null, [], 1, 0, default);

    /// <summary>A client, or one that differs in one variable.</summary>
    SessionUnderTest Open(SessionThrottleModel throttles, string differs)
    {
        var session = new SessionUnderTest { Throttles = _throttles }.With(model => model with { Throttles = throttles });
        var connection = session.Connection;
        session.Connection = differs switch
        {
            "listener" => connection with { Listener = connection.Listener with { Id = "other" } },
            "remote-ip" => connection with { RemoteIp = IPAddress.Parse("198.51.100.1") },
            "local-ip" => connection with { LocalIp = IPAddress.Parse("198.51.100.2") },
            "is-tls" or "authenticated-as" => connection with { Tls = TestModels.Tls },
            _ => connection,
        };
        return session;
    }

    /// <summary>Goes as far as an accepted recipient; where it was refused.</summary>
    static async Task<string> RefusedAtAsync(SessionUnderTest session, string differs)
    {
        session.Start();
        if (await session.LineAsync() is var greeting && greeting == TooManySessions)
            return "connect";
        Assert.StartsWith("220 ", greeting, StringComparison.Ordinal);
        await session.SendAsync(differs == "helo-domain" ? "EHLO other.example.net\r\n" : "EHLO Client.example.net\r\n");
        while ((await session.LineAsync())![3] == '-')
        {
        }
        if (differs == "authenticated-as")
            await session.PlayAsync("C: AUTH PLAIN AGphbmUAc2VjcmV0\nS: 235…");
        var sender = differs switch { "sender" => "z@b.example", "sender-domain" => "a@z.example", _ => "a@b.example" };
        await session.SendAsync($"MAIL FROM:<{sender}>{(differs == "size" ? " SIZE=7" : "")}\r\n");
        if (await session.LineAsync() == Throttled)
            return "MAIL";
        session.Lookups.Domain = differs == "rcpt-domain" ? "example.com" : "example.org";
        await session.SendAsync($"RCPT TO:<{(differs == "rcpt" ? "joe" : "jane")}@{session.Lookups.Domain}>\r\n");
        var reply = await session.LineAsync();
        Assert.True(reply == Throttled || reply!.StartsWith("250 ", StringComparison.Ordinal), reply);
        return reply == Throttled ? "RCPT" : "";
    }

    sealed class HostDown : Condition
    {
        public override VariableSet Uses => VariableSet.Empty;

        public override ValueTask<Evaluation<bool>> HoldsAsync(IRuleSubject subject, CancellationToken cancellationToken) => new(Evaluation<bool>.Unavailable("host down"));
    }
}
