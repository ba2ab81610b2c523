using System.Text;
using CsCheck;

namespace Posthouse.Tests.Config;

public class HostileTextTests
{
    static readonly string[] Tokens =
    [
        "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\n", "\n", " ", "\"", "'", "\"\"\"", "'''", "\\", "#", "\r", "\0", "\ud800", "é",
        "remote", "session", "rcpt", "relay", "list", "rule", "server", "listener", "queue", "include", "throttle", "tls", "\"a.b\"",
        "if", "then", "else", "any-of", "all-of", "eq", "matches", "in-list", "\"sender\"", "\"listener\"", "true", "false", "1", "-1", "1.5",
        "0x7fffffffffffffff", "9999999999999999999", "1979-05-27", "inf", "\"1m\"", "\"remote/a\"", "\"%{env:\"", "\"file:///\"", "\"(a|b)*\"",
        "[session.rcpt]\nrelay = ", "[remote.a]\n", "protocol = \"smtp\"\n", "{ if = \"sender\", eq = \"x\", then = true }", "{ else = false }",
    ];

    [Fact]
    public void Any_text_gives_a_model_or_problems() =>
        Gen.Int[0, Tokens.Length - 1].Select(i => Tokens[i]).Array[0, 60].Select(string.Concat).Sample(Reads, iter: 3000);

    [Fact]
    public void Any_octets_give_a_model_or_problems() =>
        Gen.Byte.Array[0, 200].Select(Encoding.Latin1.GetString).Sample(Reads, iter: 1000);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Brackets_nest_64_deep_and_no_deeper(int depth, bool isRead)
    {
        var text = $"[list]\na = {new string('[', depth)}{new string(']', depth)}\n";
        Assert.Equal(!isRead, Array.Exists(ConfigText.Problems(text), p => p == $"2:{4 + 65}: error: brackets are nested more than 64 deep"));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(65, false)]
    public void Inline_tables_nest_as_deep_and_no_deeper(int depth, bool isRead)
    {
        var text = string.Concat(Enumerable.Repeat("{a=", depth - 1)) + "{}" + new string('}', depth - 1);
        Assert.Equal(!isRead, Array.Exists(ConfigText.Problems($"a = {text}\n"), p => p.EndsWith("brackets are nested more than 64 deep", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[{0}]\nx = 1\n", 64, true)]
    [InlineData("[{0}]\nx = 1\n", 65, false)]
    [InlineData("[[{0}]]\nx = 1\n", 64, true)]
    [InlineData("[[{0}]]\nx = 1\n", 65, false)]
    [InlineData("{0}.x = 1\n", 63, true)]
    [InlineData("{0}.x = 1\n", 64, false)]
    [InlineData("[a]\n{0}.x = 1\n", 63, true)]
    [InlineData("[{0}]\nx.y = 1\n", 63, true)]
    [InlineData("[{0}]\nx.y = 1\n", 64, false)]
    [InlineData("[{0}]\nx = {{ y = 1 }}\n", 63, true)]
    [InlineData("[{0}]\nx = {{ y = 1 }}\n", 64, false)]
    [InlineData("[{0}]\nx = [{{ y = 1 }}]\n", 64, false)]
    [InlineData("x = {{ {0}.y = 1 }}\n", 63, true)]
    [InlineData("x = {{ {0}.y.z = 1 }}\n", 63, false)]
    public void Tables_nest_64_deep_and_no_deeper_however_they_are_written(string text, int parts, bool isRead)
    {
        var nested = string.Format(System.Globalization.CultureInfo.InvariantCulture, text, string.Join('.', Enumerable.Repeat("a", parts)));
        Assert.Equal(!isRead, Array.Exists(ConfigText.Problems(nested), p => p.EndsWith("is nested more than 64 deep", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nesting_of_every_kind_at_once_does_not_add_up_to_an_end_of_the_stack()
    {
        var dotted = string.Join('.', Enumerable.Repeat("a", 64));
        var inline = string.Concat(Enumerable.Repeat($"{{{dotted}=", 63)) + "{}" + new string('}', 63);
        Assert.NotEmpty(ConfigText.Problems($"[{dotted}]\n{dotted} = {inline}\nb = {inline}\n"));
    }

    [Theory]
    [InlineData("a = '")]
    [InlineData("a = \"\\\\\" # ")]
    [InlineData("a = \"\"\"\"\"\" # ")]
    [InlineData("a = '''x''''' # ")]
    [InlineData("a = \"\"\"\\\"\"\"\" # ")]
    [InlineData("# ")]
    public void Brackets_in_strings_and_comments_do_not_nest(string start)
    {
        var end = start == "a = '" ? "'\n" : "\n";
        Assert.DoesNotContain(ConfigText.Problems(start + new string('[', 200) + end), p => p.Contains("nested", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a = \"x\\")]
    [InlineData("a = \"x\ud800\"")]
    [InlineData("a = \"\\\ud800")]
    public void What_the_parser_throws_at_is_a_problem(string text)
    {
        var result = ConfigText.Parse(text);
        Assert.Null(result.Model);
        Assert.Contains(result.Problems, p => p is { IsError: true, Line: 1 });
    }

    [Theory]
    [InlineData("a = ", 100_000)]
    [InlineData("a = \"\n", 100_000)]
    [InlineData("a = '''", 100_000)]
    [InlineData("a = \"\\\n", 100_000)]
    [InlineData("a = \"\\\nb = ", 100_000)]
    public void Endless_brackets_are_a_problem_not_a_crash(string start, int count) =>
        Assert.NotEmpty(ConfigText.Problems(start + new string('[', count)));

    [Fact]
    public void A_key_is_at_most_64_parts() =>
        Assert.StartsWith("1:1: error: a: is nested more than 64 deep", ConfigText.Problems(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1\n")[0], StringComparison.Ordinal);

    [Fact]
    public void Rules_that_name_each_other_twice_are_bounded_by_what_they_come_to()
    {
        var text = new StringBuilder("[rule]\nr0 = { if = \"listener\", eq = \"smtp\" }\n");
        for (var i = 1; i < 30; i++)
            text.Append($"r{i} = {{ any-of = [ {{ rule = \"r{i - 1}\" }}, {{ rule = \"r{i - 1}\" }} ] }}\n");
        // 2^13 are fewer than ten thousand, 2^14 more: the rule after that one names it too much.
        Assert.All(ConfigText.Problems(text.ToString()), problem => Assert.EndsWith(
            "error: rule.r15.any-of.rule: rule \"r14\" comes to more than 10000 comparisons, counted each time that one is named", problem, StringComparison.Ordinal));
        Assert.Equal(2, ConfigText.Problems(text.ToString()).Length);
        Assert.Empty(ConfigText.Problems(string.Join('\n', text.ToString().Split('\n').Take(16))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rules_chain_32_deep_whatever_their_order(bool isForward)
    {
        Assert.Empty(ConfigText.Problems(Chain(32, isForward)));
        Assert.EndsWith("rules name each other more than 32 deep", Assert.Single(ConfigText.Problems(Chain(33, isForward))), StringComparison.Ordinal);
    }

    static string Chain(int length, bool isForward)
    {
        var rules = Enumerable.Range(0, length).Select(i => i == 0 ? "r0 = { if = \"listener\", eq = \"smtp\" }" : $"r{i} = {{ rule = \"r{i - 1}\" }}");
        return "[rule]\n" + string.Join('\n', isForward ? rules : rules.Reverse()) + "\n";
    }

    static void Reads(string text)
    {
        var result = ConfigText.Parse(text);
        Assert.Equal(result.Model is null, result.Problems.Any(p => p.IsError));
        Assert.All(result.Problems, p => Assert.True(p.Line >= 1 && p.Column >= 1 && !p.ToString().Any(char.IsControl)));
    }
}
