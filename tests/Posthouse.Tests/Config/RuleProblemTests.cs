namespace Posthouse.Tests.Config;

/// <summary>If-blocks and rules that are wrong, as an operator sees them.</summary>
public class RuleProblemTests
{
    public static TheoryData<string, string, string> Files { get; } = new()
    {
        {
            "no else",
            """
            [session.rcpt]
            relay = [ { if = "authenticated-as", ne = "", then = true } ]
            """,
            """
            2:9: error: session.rcpt.relay: must end in { else = ... }: what holds where no branch decides
            """
        },
        {
            "else out of place",
            """
            [session.rcpt]
            relay = [ { else = true }, { if = "sender", eq = "a@b", then = true }, { else = false, then = true } ]
            """,
            """
            2:13: error: session.rcpt.relay.else: must stand last: what follows it is never reached
            2:88: error: session.rcpt.relay.then: does not belong beside else
            """
        },
        {
            "variables not known yet",
            """
            [session.ehlo]
            require = [ { if = "sender-domain", eq = "x", then = true }, { else = false } ]
            [session.auth]
            mechanisms = [ { if = "login", eq = "x", then = "plain" }, { else = [] } ]
            """,
            """
            2:20: error: session.ehlo.require.if: sender-domain is not known here; known are listener, remote-ip, local-ip, is-tls
            4:23: error: session.auth.mechanisms.if: login is not known here; known are listener, remote-ip, local-ip, is-tls, helo-domain, authenticated-as
            """
        },
        {
            "malformed branches",
            """
            [session.rcpt]
            relay = [ { if = "sendr", eq = "x", then = true }, { if = "sender", equals = "x", then = true }, { if = "sender", then = true }, { if = "sender", eq = "a@b", ne = "b", then = true }, { any-of = [], then = true }, { any-of = [ "x" ], if = "rcpt", then = true }, { if = "sender", eq = "" }, { else = 1 } ]
            """,
            """
            2:18: error: session.rcpt.relay.if: "sendr" is not a variable; did you mean "sender"?
            2:69: error: session.rcpt.relay.equals: is not an operator
            2:98: error: session.rcpt.relay: lacks an operator such as eq
            2:130: error: session.rcpt.relay: has more than one operator
            2:195: error: session.rcpt.relay.any-of: is empty
            2:214: error: session.rcpt.relay: has more than one condition: any-of, if
            2:262: error: session.rcpt.relay: lacks then = ...
            2:299: error: session.rcpt.relay.else: must be true or false
            """
        },
        {
            "operators that do not fit",
            """
            [session.rcpt]
            relay = [ { if = "remote-ip", eq = "10.0.0.0/33", then = true }, { if = "remote-ip", starts-with = "10.", then = true }, { if = "size", in-list = "list/x", then = true }, { if = "rcpt", matches = "(a)\\1", then = true }, { if = "rcpt", matches = "(a", then = true }, { if = "is-tls", eq = 1, then = true }, { if = "size", eq = "x", then = true }, { else = false } ]
            """,
            """
            2:36: error: session.rcpt.relay.eq: must be an IP address or a network such as "10.0.0.0/8"
            2:86: error: session.rcpt.relay.starts-with: does not fit remote-ip, which takes eq and ne and in-list
            2:137: error: session.rcpt.relay.in-list: does not fit size, which takes eq and ne
            2:197: error: session.rcpt.relay.matches: is a pattern that cannot be matched in linear time: lookarounds, backreferences and atomic groups are out, and so are repetitions that multiply
            2:247: error: session.rcpt.relay.matches: is not a regular expression: Not enough )'s, before its character 3
            2:290: error: session.rcpt.relay.eq: must be true or false
            2:328: error: session.rcpt.relay.eq: must be an integer
            """
        },
        {
            "rules in a circle",
            """
            [rule]
            a = { any-of = [ { rule = "b" } ] }
            b = { rule = "a" }
            c = { if = "sender", eq = "x@y" }
            [session]
            timeout = [ { rule = "c", then = "1m" }, { rule = "d", then = "2m" }, { else = "5m" } ]
            """,
            """
            3:14: error: rule.b.rule: rule "a" depends on itself
            6:22: error: session.timeout.rule: rule "c" asks about sender, not known here; known are listener, remote-ip, local-ip, is-tls
            6:51: error: session.timeout.rule: there is no [rule."d"]
            """
        },
        {
            "memberships that cannot be",
            """
            [list]
            d = ["example.org"]
            [remote.r]
            address = "r"
            protocol = "smtp"
            lookup = true
            [session.rcpt]
            relay = [ { if = "rcpt-domain", in-list = "remote/r", then = true }, { if = "rcpt", in-list = "list/dd", then = true }, { else = false } ]
            """,
            """
            8:43: error: session.rcpt.relay.in-list: a remote host knows mailboxes; it cannot be asked about rcpt-domain
            8:95: error: session.rcpt.relay.in-list: there is no list "dd" in [list]; did you mean "d"?
            """
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_problem_has_its_place_its_key_and_a_reason(string about, string text, string problems)
    {
        Assert.NotEmpty(about);
        Assert.Equal(problems.Split('\n'), ConfigText.Problems(text));
    }
}
