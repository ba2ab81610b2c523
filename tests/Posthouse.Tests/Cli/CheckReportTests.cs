using Posthouse.Commands;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Cli;

public sealed class CheckReportTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;

    internal static GatewayModel SomeModel { get; } = new()
    {
        Server = new ServerModel("mx.example.org", Setting<string>.Of("hello")),
        Listeners = [],
        Session = new SessionModel(),
        Queue = new QueueModel(),
        Remotes = [],
        Lists = new Dictionary<string, AddressList>(),
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void On_a_terminal_the_line_is_shown_with_a_caret_below_its_column()
    {
        var file = Write("[server]\n\thostnme = \"mx\"\n");

        Assert.Equal(
            $"""
            {file}:2:2: error: server.hostnme: unknown key
              2 |  hostnme = "mx"
                |  ^

            """, Report(new ConfigProblem(true, file, 2, 2, "server.hostnme", "unknown key")));
    }

    [Fact]
    public void A_line_of_session_auth_is_shown_since_there_is_no_secret_in_it()
    {
        var file = Write("[session]\nauth.lookup = \"remote/x\"");

        Assert.Contains("  2 | auth.lookup", Report(new ConfigProblem(true, file, 2, 15, "session.auth.lookup", "m")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[remote.lmtp.auth]", "secret = 12345", "remote.lmtp.auth.secret")]
    [InlineData("[remote.lmtp]", "auth = { username = 1, secret = \"hunter2\" }", "remote.lmtp.auth.username")]
    [InlineData("[session]", "auth = { mechanisms = 1, secret = \"hunter2\" }", "session.auth.mechanisms")]
    [InlineData("[remote.lmtp]", "auth.sekret = \"hunter2\"", "remote.lmtp.auth.sekret")]
    [InlineData("[list]", "logins = [\"jane:hunter2\", 5]", "list.logins")]
    [InlineData("[certificate.default]", "private-key = 5 # hunter2", "certificate.default.private-key")]
    [InlineData("[remote.lmtp]", "port = 1 # the password is hunter2", "remote.lmtp.port")]
    [InlineData("[global.tracing]", "headers = [ 5, \"hunter2\" ]", "global.tracing.headers")]
    [InlineData("[list]", "logins = [\"jane:hunter2, 5]", "")]
    [InlineData("[remote.lmtp.auth]", "sekret = hunter2", "")]
    [InlineData("[session.auth]", "users = [\"jane:hunter2\"]", "session.auth.users")]
    [InlineData("[session.auth]", "users = [\"jane:hunter2]", "")]
    [InlineData("[lists]", "users = \"jane@example.org:1234", "")]
    [InlineData("[remote.lmtp]", "auth = { username = 1, secret = \"hunter2 }", "")]
    public void A_line_that_may_hold_a_secret_is_not_shown(string table, string line, string key)
    {
        var file = Write($"{table}\n{line}\n");

        Assert.Equal($"{file}:2:1: error: {(key.Length == 0 ? "" : key + ": ")}wrong\n", Report(new ConfigProblem(true, file, 2, 1, key, "wrong")));
    }

    [Theory]
    [InlineData("[server.listener.a]", "bind = [ \"0.0.0.0:25\", 5 ]", "server.listener.a.bind")]
    [InlineData("[server.listener.a]", "bind = \"0.0.0.0:25", "")]
    [InlineData("[remote.lmtp]", "address = [ \"passau.example.org\", 5 ]", "remote.lmtp.address")]
    [InlineData("[remote.lmtp]", "auth.username = 5", "remote.lmtp.auth.username")]
    [InlineData("[management]", "auth.lookup = \"list/none\"", "management.auth.lookup")]
    [InlineData("[list]", "domains = [\"example.org\", 5]", "list.domains")]
    [InlineData("[certificate.default]", "cert = 5", "certificate.default.cert")]
    public void A_line_of_keys_that_are_known_to_be_none_is_shown_whatever_its_words(string table, string line, string key)
    {
        var file = Write($"{table}\n{line}\n");

        Assert.Contains($"\n  2 | {line}\n", Report(new ConfigProblem(true, file, 2, 1, key, "wrong")), StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_never_reach_the_terminal()
    {
        var file = Write("\u001b[2J\u0007key = 1");

        var report = Report(new ConfigProblem(true, file, 1, 6, "\u001b[2Jkey", "unknown\nkey\u202e"));

        Assert.Equal(
            $"""
            {file}:1:6: error: \u001b[2Jkey: unknown\nkey\u202e
              1 |  [2J key = 1
                |      ^

            """, report);
    }

    [Fact]
    public void A_problem_beyond_the_end_of_the_file_is_shown_without_a_line()
    {
        var file = Write("a = 1\n");

        Assert.Equal($"{file}:9:1: error: k: m\n", Report(new ConfigProblem(true, file, 9, 1, "k", "m")));
    }

    string Write(string text)
    {
        var path = Path.Combine(_folder, "posthouse.toml");
        File.WriteAllText(path, text);
        return path;
    }

    static string Report(ConfigProblem problem)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new CheckReport(output, showSource: true).Write(problem.File, new ConfigResult(null, [problem]));
        return output.ToString();
    }
}
