using System.Text;
using Posthouse.Gateway.Config;
using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Config;

public sealed class MacroTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("s3cret", "s3cret")]
    [InlineData("s3cret\n", "s3cret")]
    [InlineData("s3cret\r\n", "s3cret")]
    [InlineData("s3cret\n\n", "s3cret\n")]
    [InlineData("", "")]
    public void A_secret_may_be_a_file_without_its_last_newline(string content, string secret)
    {
        var path = Write("secret", content);
        var remote = Assert.Single(ConfigText.Model($"[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\nauth = {{ username = \"u\", secret = \"file://{path}\" }}\n").Remotes);
        Assert.Equal(new RemoteAuthOptions("u", secret), remote.Auth);
    }

    [Fact]
    public void A_string_may_hold_variables_of_the_environment()
    {
        var name = "POSTHOUSE_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "mail");
        var remote = Assert.Single(ConfigText.Model($"[remote.a]\naddress = \"%{{env:{name}}}%.x.%{{env:{name}}}%\"\nprotocol = \"smtp\"\n").Remotes);
        Assert.Equal("mail.x.mail", remote.Address);
    }

    [Theory]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public void A_flag_may_be_a_variable(string content, bool expected)
    {
        var name = "POSTHOUSE_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, content);
        Assert.Equal(expected, ConfigText.Model($"[server]\nhostname = \"h.example\"\nwatch = \"%{{env:{name}}}%\"\n").Server.Watch);
        Assert.Equal(expected, ConfigText.Constant(ConfigText.Model($"[session.rcpt]\nrelay = \"file://{Write("flag", content + "\n")}\"\n").Session.Rcpt.Relay));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("Never")]
    public void A_word_for_none_may_be_a_variable(string content)
    {
        var name = "POSTHOUSE_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, content);
        var remote = Assert.Single(ConfigText.Model($"[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\ntls = {{ implicit = false, starttls = \"%{{env:{name}}}%\" }}\n").Remotes);
        Assert.Equal(StartTlsPolicy.Disable, remote.Tls.StartTls);
    }

    [Fact]
    public void What_a_variable_holds_is_not_read_as_a_file()
    {
        var name = "POSTHOUSE_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "file:///etc/hostname");
        var remote = Assert.Single(ConfigText.Model($"[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\nauth = {{ username = \"%{{env:{name}}}%\", secret = \"s\" }}\n").Remotes);
        Assert.Equal("file:///etc/hostname", remote.Auth!.UserName);
    }

    [Fact]
    public void A_list_may_be_a_file_of_lines_with_comments()
    {
        var path = Write("list", "# ours\nexample.org\r\n\n  example.net  \nann@example.com\n");
        var list = ConfigText.Model($"[list]\nl = [\"example.info\", \"file://{path}\"]\n").Lists["l"];
        Assert.All(["example.org", "example.net", "example.info", "ann@example.com"], entry => Assert.True(list.Contains(entry)));
        Assert.False(list.Contains("# ours"));
    }

    [Fact]
    public void Included_files_add_to_the_main_one_and_may_not_repeat_it()
    {
        Write("b.toml", "[remote.b]\naddress = \"b\"\nprotocol = \"smtp\"\n[session.rcpt]\nmax-recipients = 3\n");
        Write("a.toml", "[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\n");
        var main = Write("main.conf", "include = \"*.toml\"\n[server]\nhostname = \"h.example\"\n[server.listener.l]\nbind = \"127.0.0.1:0\"\n[session.rcpt]\nrelay = true\n");
        var result = ConfigLoader.Load(main, _ => throw new InvalidOperationException());
        Assert.All(result.Problems, problem => Assert.True(ConfigText.IsOfItsSurroundings(problem.Message)));
        Assert.Equal(["a", "b"], result.Model!.Remotes.Select(r => r.Id));
        Assert.Equal(3, ConfigText.Constant(result.Model.Session.Rcpt.MaxRecipients));

        var again = Write("c.toml", "[session.rcpt]\nrelay = false\n");
        Assert.Equal($"{again}:2:1: error: session.rcpt.relay: is already set at {main}:7", Assert.Single(ConfigLoader.Load(main, _ => throw new InvalidOperationException()).Problems, problem => problem.IsError).ToString());
    }

    [Fact]
    public void A_file_that_is_not_there_throws_and_one_that_is_no_text_is_a_problem()
    {
        Assert.Throws<FileNotFoundException>(() => ConfigLoader.Load(Path.Combine(_folder.FullName, "none.toml"), _ => throw new InvalidOperationException()));
        var path = Path.Combine(_folder.FullName, "latin1.toml");
        File.WriteAllBytes(path, [0x23, 0xE9]);
        Assert.Equal($"{path}:1:2: error: is not UTF-8 text from here on: save the file in UTF-8", Assert.Single(ConfigLoader.Load(path, _ => throw new InvalidOperationException()).Problems).ToString());
    }

    string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return path;
    }
}
