using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Config;

public class SyntaxProblemTests
{
    [Theory]
    [InlineData("a = [1,", "1:5", "this [ is not closed: its ] is missing before line 1, the end of the file")]
    [InlineData("a = [1,\n2\nb = 1\n", "1:5", "this [ is not closed: its ] is missing before line 3")]
    [InlineData("a = [1,\n[server]\nhostname = \"x\"\n", "1:5", "this [ is not closed: its ] is missing before line 2")]
    [InlineData("a = [ { b = 1 }\n { c = 2 } ]\n", "2:2", "a comma is missing before this")]
    [InlineData("a = 1 ]\n", "1:7", "this ] closes nothing: there is no [ before it")]
    [InlineData("a = [ { b = 1 ] }\n", "1:15", "this ] does not close the { of line 1")]
    [InlineData("a = { b = 1,\nc = 2\n[server]\n", "1:5", "this { is not closed: its } is missing before line 3")]
    [InlineData("[remote.a\nb = 1\n", "1:1", "the header of a table ends in ] (of one in a list of tables in ]]), which is missing on this line")]
    [InlineData("[[queue.throttle]\nb = 1\n", "1:1", "the header of a table ends in ] (of one in a list of tables in ]]), which is missing on this line")]
    [InlineData("[remote a]\nb = 1\n", "1:1", "the header of a table is [name] or [name.id], an id with dots in quotes, and nothing behind it")]
    [InlineData("a = \"x\nb = 1\n", "1:5", "the text that begins here is not closed: a \" is missing on this line")]
    [InlineData("a = 'x\nb = 1\n", "1:5", "the text that begins here is not closed: a ' is missing on this line")]
    [InlineData("a = \"\"\"x\nb = 1\n", "1:5", "the text that begins here is not closed: a \"\"\" is missing")]
    [InlineData("a = 1\nb = 99999999999999999999\n", "2:5", "this number is too large")]
    [InlineData("a = \"\\.org\"\n", "1:6", "this backslash begins no escape: in '...' it stands for itself, in \"...\" it is written \\\\")]
    [InlineData("a = 30s\n", "1:7", "a value that is no plain number needs quotes, as in \"30s\" or \"25MB\"")]
    [InlineData("a = mail.example.org\n", "1:5", "a value that is text needs quotes: key = \"...\"")]
    [InlineData("a = [ 1 2 ]\n", "1:9", "a comma is missing before this")]
    [InlineData("a = 1, \n", "1:1", "a comma may not end this line")]
    [InlineData("a = false,\n", "1:1", "a comma may not end this line")]
    [InlineData("a = 1,000\n", "1:6", "a number has digits alone, and _ between them where you like")]
    [InlineData("a = 'x' ; y\n", "1:9", "only a comment, which # begins, may follow a value on its line; a quote in a text is written \\\"")]
    [InlineData("[remote.'a]\nb = 1\n", "1:9", "the text that begins here is not closed: a ' is missing on this line")]
    [InlineData("a = True\n", "1:5", "a value that is text needs quotes: key = \"...\"")]
    [InlineData("a = \n", "1:1", "a value is missing behind =")]
    [InlineData("= 1\n", "1:1", "a key is missing before =")]
    [InlineData("a b = 1\n", "1:1", "a key is one word; one with blanks needs quotes")]
    [InlineData("a: 1\n", "1:1", "= stands between a key and its value, not :")]
    [InlineData("hello\n", "1:1", "a line is a key = value, or the [header] of a table")]
    [InlineData("a = \"x\" \"y\"\n", "1:9", "only a comment, which # begins, may follow a value on its line; a quote in a text is written \\\"")]
    [InlineData("a = \u201cx\u201d\n", "1:5", "this is a typographic quote: TOML takes \" and ' alone")]
    [InlineData("a =\u00a01\n", "1:4", "this is a blank of another kind (U+00A0), perhaps pasted: write a plain one")]
    [InlineData("stra\u00dfe = 1\n", "1:5", "a key or a value with letters beyond ASCII needs quotes")]
    [InlineData("a = 1\rb = 2\r", "1:6", "a carriage return by itself ends no line: lines end in LF or CRLF")]
    public void A_fault_of_syntax_is_told_once_where_it_is_and_with_what_to_do(string text, string place, string problem) =>
        Assert.Equal($"{ConfigText.File}:{place}: error: is not valid TOML: {problem}",
            Assert.Single(ConfigText.Parse(text).Problems, p => p.Key.Length == 0).ToString());

    [Theory]
    [InlineData("[server]\nhostname = \"mx.ex\u00e9mple.org\"\n", 2, 18)]
    [InlineData("\u00e9", 1, 1)]
    public void Bytes_that_are_no_UTF8_are_told_where_they_begin(string text, int line, int column)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text, System.Text.Encoding.Latin1);
            Assert.Equal($"{file}:{line}:{column}: error: is not UTF-8 text from here on: save the file in UTF-8",
                Assert.Single(ConfigLoader.Load(file, static _ => throw new InvalidOperationException()).Problems).ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("[remote]\naddress = \"a\"\n", "2:1: error: remote.address: must be a table, not a string: is a name missing in the header, as in [remote.<id>]?")]
    [InlineData("[server.listener]\nbind = \"[::]:25\"\n", "2:1: error: server.listener.bind: must be a table, not a string: is a name missing in the header, as in [server.listener.<id>]?")]
    [InlineData("[session]\nauth = true\n", "2:1: error: session.auth: must be a table, not true")]
    [InlineData("[session]\nrcpt.max-recipients = \"100\"\n", "2:23: error: session.rcpt.max-recipients: must be an integer, at least 1, without quotes")]
    [InlineData("[session]\ntimeout = \"5 min\"\n", "2:11: error: session.timeout: must be a duration such as \"30s\"; its units are ms, s, m, h and d")]
    [InlineData("[session]\ntransfer-limit = \"25 M\"\n", "2:18: error: session.transfer-limit: must be a size such as 1048576 or \"25MB\"; its units are B, KB, MB, GB, KiB, MiB and GiB")]
    [InlineData("[session.rcpt]\nrelay = [ { if = \"sender\", matches = \"([a-z\", then = true }, { else = false } ]\n", "2:38: error: session.rcpt.relay.matches: is not a regular expression: Unterminated [] set, before its character 6")]
    public void A_slip_is_told_with_what_to_do(string text, string problem) => Assert.Contains(problem, ConfigText.Problems(text));

    [Fact]
    public void Lines_that_are_no_toml_hide_nothing_of_the_rest_and_what_they_may_have_held_is_not_missed() =>
        Assert.Equal(
            [
                "2:12: error: is not valid TOML: a value that is text needs quotes: key = \"...\"",
                "4:1: error: server.wach: is not a known key; did you mean \"watch\"?",
                "6:1: error: is not valid TOML: a line is a key = value, or the [header] of a table",
                "8:15: error: remote.a.concurrency: must be an integer from 1 to 65535, without quotes",
            ],
            ConfigText.Problems("""
                [server]
                hostname = mx.example.org
                # The name of the next one is wrong.
                wach = true
                [remote.a]
                protocol
                address = "a"
                concurrency = "10"
                [queue]
                outbound.next-hop = "b"
                """));

    [Theory]
    [InlineData("[queue]\npath = \"/var/q\"\n[server\n", "/var/q")]
    [InlineData("[server]\nhostname = \n[queue]\npath = \"q\"\n", "/etc/posthouse/q")]
    [InlineData("[queue]\npath = \"q\"\nretry = [ \"1m\"\n[server]\n", "/etc/posthouse/q")]
    [InlineData("[queue]\npath = 1\n[server\n", null)]
    public void The_queue_of_a_file_that_cannot_be_read_whole_is_found(string text, string? folder) =>
        Assert.Equal(folder, ConfigText.Parse(text).QueueFolder);

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
        Assert.Equal([1, 3], ConfigText.Parse("a = \n# well\nc = ]\n").Problems.Where(p => p.IsError).Select(p => p.Line));

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
        var text = "[server]\nhostname = \"gw\n" + string.Concat(Enumerable.Repeat("# \"\n", 50));
        var problems = ConfigLoader.Parse(text, "f.toml", _ => throw new InvalidOperationException()).Problems;
        Assert.Equal(2, Assert.Single(problems).Line);
    }
}
