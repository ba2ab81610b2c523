using System.Text.RegularExpressions;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Sessions;

/// <summary>What an operator finds of a session in the log.</summary>
public class SessionLogTests
{
    static string Plain(string user, string secret) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{user}\0{secret}"));

    [Fact]
    public async Task Every_line_of_a_session_bears_its_id_and_no_other_session_has_it()
    {
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var session = await new SessionUnderTest().Tls().GreetedAsync();
            await session.PlayAsync($"""
                C: AUTH PLAIN {Plain("down", "secret")}
                S: 454 4.7.0…
                C: AUTH PLAIN {Plain("crowd", "secret")}
                S: 454 4.7.0…
                C: AUTH PLAIN {Plain("jane", "wrong")}
                S: 535 5.7.8…
                C: AUTH PLAIN {Plain("jane", "secret")}
                S: 235 2.7.0…
                C: MAIL FROM:<a@b.example>
                S: 250 2.1.0…
                C: RCPT TO:<down@example.org>
                S: 451 4.4.3…
                C: RCPT TO:<jane@example.org>
                S: 250 2.1.5…
                C: DATA
                S: 354…
                C: Subject: x
                C: .
                S: 250 2.0.0…
                C: QUIT
                S: 221…
                S: closed
                """);
            await session.Ended;
            Assert.All(session.Log.Lines, line => Assert.Contains($" [{session.Connection.SessionId}]", line, StringComparison.Ordinal));
            Assert.InRange(session.Log.Lines.Count, 8, 20);
            ids.Add(session.Connection.SessionId);
        }
        Assert.NotEqual(ids[0], ids[1]);
        Assert.All(ids, id => Assert.Matches("^[a-z2-9]{8}$", id));
    }

    [Fact]
    public async Task A_recipient_that_cannot_be_decided_is_named_with_who_was_asked()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<down@example.org>
            S: 451 4.4.3…
            """);
        Assert.Contains(session.Log.Lines, line => line.Contains("recipient down@example.org could not be decided: remote/backend: host down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_is_queued_or_refused_names_its_sender_and_how_many_it_was_for()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        foreach (var last in new[] { ".", "a\rb\r\n." })
        {
            await session.PlayAsync("""
                C: MAIL FROM:<ann@b.example>
                S: 250 2.1.0…
                C: RCPT TO:<jane@example.org>
                S: 250 2.1.5…
                C: DATA
                S: 354 …
                """);
            await session.SendAsync($"Subject: x\r\n\r\n{last}\r\n");
            await session.LineAsync();
        }
        Assert.Contains(session.Log.Lines, line => line.Contains("message Q1 from <ann@b.example> queued, 14 octets, recipients: 1", StringComparison.Ordinal));
        Assert.Contains(session.Log.Lines, line => line.Contains(
            "message from <ann@b.example> refused by the gateway, 19 octets, recipients: 1: 550 5.5.2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_login_makes_its_name_known()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Plain("jane", "secret")}
            S: 235 2.7.0…
            """);
        Assert.True(session.KnownLogins.Contains("jane"));
    }

    [Fact]
    public async Task A_refused_login_names_a_user_who_is_known_and_the_lookup_and_the_reason()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        session.KnownLogins.Add("jane");
        await session.PlayAsync($"""
            C: AUTH PLAIN {Plain("jane", "wrong")}
            S: 535 5.7.8…
            """);
        Assert.Contains(
            $"Warning 192.0.2.7 [{session.Connection.SessionId}] failed to log in on smtp as jane: remote/backend: refused",
            session.Log.Lines.Select(line => line.Trim()));
    }

    [Fact]
    public async Task A_login_that_cannot_be_checked_names_the_user_alike_and_who_was_asked()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        foreach (var isKnown in new[] { false, true })
        {
            if (isKnown)
                session.KnownLogins.Add("down");
            await session.PlayAsync($"""
                C: AUTH PLAIN {Plain("down", "secret")}
                S: 454 4.7.0…
                """);
        }
        var told = session.Log.Lines.Where(line => line.Contains("could not be checked", StringComparison.Ordinal)).Select(line => line.Trim()).ToList();
        Assert.Equal(2, told.Count);
        Assert.Matches(@"^Warning 192\.0\.2\.7 \[\S+\]: a login on smtp as unknown#[0-9a-f]{8} could not be checked: remote/backend: ", told[0]);
        Assert.Matches(@"^Warning 192\.0\.2\.7 \[\S+\]: a login on smtp as down could not be checked: remote/backend: ", told[1]);
    }

    [Fact]
    public async Task A_name_that_nobody_has_logged_in_by_may_be_a_password_and_is_shown_as_a_mark()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        foreach (var name in new[] { "hunter2", "hunter2", "hunter3" })
        {
            await session.PlayAsync($"""
                C: AUTH PLAIN {Plain(name, "wrong")}
                S: 535 5.7.8…
                """);
        }
        Assert.DoesNotContain(session.Log.Lines, line => line.Contains("hunter", StringComparison.Ordinal));
        var marks = session.Log.Lines.Select(line => Regex.Match(line, " as (unknown#[0-9a-f]{8}): ")).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, marks.Count);
        Assert.Equal(marks[0], marks[1]);
        Assert.NotEqual(marks[0], marks[2]);
    }

    [Fact]
    public async Task Of_a_long_name_sixty_four_characters_are_shown()
    {
        var name = new string('x', 100);
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        session.KnownLogins.Add(name);
        await session.PlayAsync($"""
            C: AUTH PLAIN {Plain(name, "wrong")}
            S: 535 5.7.8…
            """);
        Assert.Contains(session.Log.Lines, line => line.Contains($" as {name[..64]}: remote/backend", StringComparison.Ordinal));
    }

    public static TheoryData<string, Answer, string, string> Refusals { get; } = new()
    {
        { "a host's reply", new Answer { Kind = AnswerKind.No, Reply = new Reply(535, new EnhancedCode(5, 7, 8), "no such user hunter2") }, "535 5.7.8 no such user hunter2", "535" },
        { "a host's words", new Answer { Kind = AnswerKind.No, Reason = "login: NO [EXPIRED] hunter2" }, "login: NO [EXPIRED] hunter2", "refused" },
        { "long words", new Answer { Kind = AnswerKind.No, Reason = new string('x', 1000) }, new string('x', 200) + "...", "refused" },
        { "a kept answer", new Answer { Kind = AnswerKind.No, Source = AnswerSource.Cache }, "refused before, and the answer is kept", "refused before, and the answer is kept" },
        { "a list", new Answer { Kind = AnswerKind.No, Source = AnswerSource.Local }, "it holds no such login", "it holds no such login" },
        { "our own", new Answer { Kind = AnswerKind.No, Source = AnswerSource.Local, Reason = "foreign domain" }, "foreign domain", "foreign domain" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_hosts_words_are_told_of_a_known_name_alone(string what, Answer answer, string ofKnown, string ofUnknown)
    {
        Assert.NotEmpty(what);
        var known = new KnownLogins();
        Assert.Equal(ofUnknown, RefusedLogin.Of(known, "hunter2", TestModels.Ladder, answer).Reason);
        known.Add("hunter2");
        Assert.Equal(ofKnown, RefusedLogin.Of(known, "hunter2", TestModels.Ladder, answer).Reason);
    }

    [Fact]
    public void Names_are_forgotten_for_later_ones()
    {
        var known = new KnownLogins();
        for (var i = 0; i <= 10_000; i++)
            known.Add($"user{i}");
        known.Add("user10000");
        Assert.False(known.Contains("user0"));
        Assert.True(known.Contains("user1"));
        Assert.True(known.Contains("user10000"));
    }
}
