using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Config;

public class SyntaxProblemTests
{
    [Theory]
    [InlineData("a = [1,", "1:8: error: is not valid TOML: Unexpected token `<eof>` for a value")]
    [InlineData("[remote.a\nb = 1\n", "1:10: error: is not valid TOML: Unexpected token")]
    [InlineData("a = \"x\nb = 1\n", "1:7: error: is not valid TOML: Invalid newline in a string")]
    [InlineData("a = 1\nb = 99999999999999999999\n", "2:5: error: is not valid TOML: Unable to parse integer `...`")]
    [InlineData("a = \"\\q\"\n", "1:7: error: is not valid TOML: Unexpected escape character [q]")]
    public void A_fault_of_syntax_is_told_where_it_is(string text, string problem) =>
        Assert.Contains(ConfigText.Parse(text).Problems, p => p.ToString().StartsWith(ConfigText.File + ":" + problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("a = { b = \"\U0001F4EE\", c = 1 }", 1)]
    [InlineData("# \U0001F4EE\r\na = { b = \"\U0001F4EE\U0001F4EE\", c = 1 }", 2)]
    [InlineData("a = { b = \"\U0001F4EE\", c = ] }", 1)]
    public void A_column_counts_as_editors_do(string text, int line)
    {
        var last = text.Split('\n')[^1];
        var mark = last.Contains(']', StringComparison.Ordinal) ? last.IndexOf(']', StringComparison.Ordinal) : last.IndexOf('a', StringComparison.Ordinal);
        Assert.Contains(ConfigText.Parse(text).Problems, problem => (problem.Line, problem.Column) == (line, mark + 1));
    }

    [Fact]
    public void Faults_of_several_lines_are_told_in_one_go() =>
        Assert.Equal([1, 3], ConfigText.Parse("a = \nb = 1\nc = ]\n").Problems.Select(p => p.Line).Distinct());

    [Theory]
    [InlineData("[remote.a.auth]\nsecret = hunter2\n")]
    [InlineData("[remote.a.auth]\nsecret = \"hunter2\n")]
    [InlineData("[remote.a.auth]\nsecret = 'x'hunter2'\n")]
    [InlineData("[remote.a.auth]\nsecret = \"a\" hunter2\n")]
    [InlineData("[remote.a.auth]\nsecret = \"hunter2\"\nsecret = \"hunter2\"\n")]
    [InlineData("[remote.a.auth]\nsecret = [\"hunter2\"]\n")]
    [InlineData("[remote.a]\naddress = \"a\"\nprotocol = \"imap\"\nauth.secret = \"hunter2\"\n")]
    [InlineData("[list]\na = [\"u:$2hunter2\"]\n")]
    [InlineData("[certificate.a]\nprivate-key = \"hunter2\"\ncert = \"hunter2\"\n")]
    public void A_secret_is_in_no_problem(string text)
    {
        var problems = ConfigText.Problems(text);
        Assert.NotEmpty(problems);
        Assert.DoesNotContain(problems, p => p.Contains("hunter", StringComparison.Ordinal));
    }

    [Fact]
    public void Problems_come_in_the_order_of_the_file()
    {
        var lines = ConfigText.Parse("x = 1\n[remote.b]\naddress = 1\n[list]\na = 1\n[queue]\npath = 1\nzz = 1\n").Problems.Where(p => p.IsError).Select(p => p.Line).ToList();
        Assert.Equal([1, 2, 3, 5, 7, 8], lines);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_named_once_and_not_drowned_in_its_echoes()
    {
        var text = "[server]\nhostname = \"gw\n" + string.Concat(Enumerable.Repeat("a = \"b\"\n", 50));
        var problems = ConfigLoader.Parse(text, "f.toml", _ => throw new InvalidOperationException()).Problems;
        Assert.Equal(2, problems[0].Line);
        Assert.InRange(problems.Count, 1, 3);
    }
}
