using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Config;

/// <summary>A file that cannot be read hides neither what is wrong elsewhere nor makes up what is missing.</summary>
public sealed class IncludeProblemTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-include-in-a-folder-whose-path-is-longer-than-what-is-quoted-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("include = \"more.toml\"", null, "1:11: error: include: \"FOLDER/more.toml\" cannot be read: it is not there")]
    [InlineData("include = \"more.toml\"", "[remote.b\n", "FOLDER/more.toml:1:1: error: is not valid TOML: the header of a table ends in ] (of one in a list of tables in ]]), which is missing on this line")]
    [InlineData("include = \"no/*.toml\"", null, "1:11: error: include: \"FOLDER/no\" cannot be read: it is not there")]
    [InlineData("include = 1", null, "1:11: error: include: must be a string")]
    public void All_else_is_told_beside_it(string include, string? more, string problem)
    {
        if (more is not null)
            File.WriteAllText(Path.Combine(_folder, "more.toml"), more);
        var main = Path.Combine(_folder, "main.conf");
        File.WriteAllText(main, $"""
            {include}
            [server]
            wach = true
            [queue.outbound]
            next-hop = "b"
            [session]
            auth.lookup = "list/b"
            rcpt.relay = [ {"{"} if = "listener", eq = "smtp", then = true {"}"}, {"{"} rule = "b", then = true {"}"}, {"{"} else = 3 {"}"} ]
            tls.certificate = "b"
            """);
        Assert.Equal(
            [
                problem.Replace("FOLDER", _folder, StringComparison.Ordinal),
                "3:1: error: server.wach: is not a known key; did you mean \"watch\"?",
                "8:101: error: session.rcpt.relay.else: must be true or false",
                "9:1: error: session.tls: is not a known key",
            ],
            ConfigLoader.Load(main, static _ => throw new InvalidOperationException()).Problems
                .Select(found => found.ToString().Replace(main + ":", "", StringComparison.Ordinal)).OrderBy(found => found.StartsWith('/') ? 0 : 1));
    }
}
