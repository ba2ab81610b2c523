using System.Net;
using CsCheck;
using Posthouse.Tests.Wire;

namespace Posthouse.Tests.Rules;

/// <summary>Any condition, written, compiled and asked, comes to what the naive evaluator says, with the same questions in the same order.</summary>
public class RulePropertyTests
{
    static readonly string[] Texts = ["listener", "helo-domain", "login", "login-domain", "authenticated-as", "sender", "sender-domain", "rcpt", "rcpt-domain", "mx"];
    static readonly string[] Mailboxes = ["login", "authenticated-as", "sender", "rcpt"];
    static readonly string[] Operands =
    [
        "", "smtp", "SMTP", "bob", "Bob", "b", "bob@example.org", "bob@EXAMPLE.ORG", "Bob@example.org", "ann@example.org", "Ann@example.org", "Ann@", "@example.org",
        "example.org", "EXAMPLE.ORG", "example.com", ".com", ".COM", "carol@example.com", "carol@EXAMPLE.com", "carol", "ol@Ex", "client.example.net", "client.",
        "mx1.example.com", "mx", "m", "o", "@", "n@example.ORG", "N@example.org",
    ];

    static readonly string[] Patterns = ["", ".", "^$", "o", "^[a-c]", "example", "EXAMPLE", @"@example\.(org|com)$", "^(a|b|c)+", "^Ann@", "x{2}", "[0-9]", "smtp|mx"];
    static readonly string[] Networks = ["10.0.0.0/8", "10.1.2.3", "10.1.2.0/23", "0.0.0.0/0", "192.0.2.0/24", "2001:db8::/32", "2001:db8::25", "2001:db8::24", "::/0"];

    static readonly Gen<NaiveRule> Comparisons = Gen.OneOf(
        Compare(Texts, ["eq", "ne", "equal-to", "not-equal-to", "not-eq", "starts-with", "not-starts-with", "ends-with", "not-ends-with"], Operands),
        Compare(Texts, ["matches", "not-matches"], Patterns),
        Compare(["remote-ip", "local-ip"], ["eq", "ne", "equal-to", "not-equal-to", "not-eq"], Networks),
        Compare([.. Texts, "remote-ip", "local-ip"], ["in-list", "not-in-list"], ["list/yes", "list/no"]),
        Compare(Mailboxes, ["in-list", "not-in-list"], ["remote/up", "remote/down"]),
        Compare(["size"], ["eq", "ne"], ["5000", "1"]),
        Compare(["priority"], ["eq", "ne"], ["-2", "0"]),
        Compare(["is-tls"], ["eq", "ne"], ["true", "false"]));

    static readonly Gen<NaiveRule> Rules = Grown(4);

    static readonly Gen<Subject> Subjects = Gen.Select(
        Pick.From("Ann@Example.ORG", "", "ann@example.org", "\"a@b\"@Example.org"), Pick.From("bob@Example.org", "", "bob"), Pick.From("10.1.2.3", "192.0.2.7", "2001:db8::25", ""),
        (sender, login, address) => new Subject { Sender = sender, AuthenticatedAs = login, RemoteIp = address.Length == 0 ? null : IPAddress.Parse(address) });

    [Fact]
    public Task The_compiled_rule_says_what_the_naive_one_says() => Gen.Select(Rules, Subjects).SampleAsync(
        async (rule, subject) =>
        {
            List<string> asked = [];
            var expected = rule.Holds(subject, asked) switch
            {
                true => "yes",
                false => "no",
                null => "unavailable",
            };
            var compiled = new RuleText();
            Assert.Equal(expected, await compiled.HoldsAsync(rule.Text, subject));
            Assert.Equal(asked, compiled.Asked);
        },
        iter: 3000,
        print: sample => $"{sample.Item1.Text} for {sample.Item2.Sender}, {sample.Item2.AuthenticatedAs}, {sample.Item2.RemoteIp}");

    static Gen<NaiveRule> Grown(int depth) => depth == 0 ? Comparisons : Gen.Frequency(
        (2, Comparisons),
        (3, Gen.Select(Pick.From("any-of", "all-of", "none-of"), Grown(depth - 1).List[1, 4], (kind, parts) => (NaiveRule)new NaiveRule.Junction(kind, parts))));

    static Gen<NaiveRule> Compare(string[] variables, string[] operators, string[] operands) =>
        Gen.Select(Pick.From(variables), Pick.From(operators), Pick.From(operands), (variable, op, operand) => (NaiveRule)new NaiveRule.Comparison(variable, op, operand));
}
