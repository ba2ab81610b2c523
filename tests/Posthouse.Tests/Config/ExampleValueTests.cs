using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Config;

/// <summary>The example of each key, loaded in its place: what documentation shows must be what an operator can write.</summary>
public sealed class ExampleValueTests : IDisposable
{
    const string Variable = "POSTHOUSE_TEST_EXAMPLE";
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-example-").FullName;

    public ExampleValueTests()
    {
        Environment.SetEnvironmentVariable(Variable, "tulip");
        using var certificate = CertificateSection.CreateEphemeral("mx.example.org").Leaf;
        Write("cert.pem", certificate.ExportCertificatePem());
        Write("hosts-ca.pem", certificate.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        Write("domains", "example.org\n");
        Directory.CreateDirectory(Path.Combine(_folder, "conf.d"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Keys =>
        new(ConfigSchema.Shapes.SelectMany(shape => shape.Keys.Select(key => (shape.Path, key.Name))));

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_example_of_a_key_is_taken_without_a_word(string path, string name)
    {
        var key = Of(path, name);
        var result = Load(path, key, key.Example);
        Assert.Equal(
            key.IsActedOn ? [] : [$"{name[(name.LastIndexOf('.') + 1)..]} is read but not acted on yet"],
            result.Problems.Where(problem => !problem.Message.Contains("lookup.domains", StringComparison.Ordinal) && !ConfigText.IsOfItsSurroundings(problem.Message)).Select(problem => problem.Message));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_default_of_a_key_can_be_written(string path, string name)
    {
        var key = Of(path, name);
        if (key.Default is { } written)
            Assert.DoesNotContain(Load(path, key, written).Problems, problem => problem.IsError);
    }

    static KeyDescription Of(string path, string name) =>
        ConfigSchema.Shapes.Where(shape => shape.Path == path).SelectMany(shape => shape.Keys).First(key => key.Name == name);

    ConfigResult Load(string path, KeyDescription key, string value)
    {
        var tables = Basis();
        var header = path switch
        {
            "remote.*" when key.Name is "auth.username" or "auth.secret" => "[remote.spare]",
            "" => "",
            _ when path.EndsWith(".[]", StringComparison.Ordinal) => $"[[{path[..^3]}]]",
            _ => $"[{path.Replace("*", path == "remote.*" ? "lmtp" : "own", StringComparison.Ordinal)}]",
        };
        var lines = tables.TryGetValue(header, out var known) ? known : tables[header] = [];
        var written = key.Name == "*" ? "example" : key.Name;
        lines.RemoveAll(line => line.StartsWith($"{written} = ", StringComparison.Ordinal));
        lines.Add($"{written} = {value}");
        // What is of no use by itself has its other half beside it.
        if (Beside.TryGetValue($"{(path.EndsWith(".[]", StringComparison.Ordinal) ? path : path.Split('.')[0])} {key.Name}", out var beside))
            lines.AddRange(beside);
        var text = string.Concat(tables.OrderBy(table => table.Key.Length > 0).Select(table => $"{table.Key}\n{string.Join('\n', table.Value)}\n"))
            .Replace("/etc/posthouse", _folder, StringComparison.Ordinal)
            .Replace("SMARTHOST_SECRET", Variable, StringComparison.Ordinal)
            .Replace("COLLECTOR_TOKEN", Variable, StringComparison.Ordinal);
        return ConfigLoader.Parse(text, Path.Combine(_folder, "posthouse.toml"), static _ => new Nobody());
    }

    static readonly Dictionary<string, string[]> Beside = new(StringComparer.Ordinal)
    {
        ["remote auth.username"] = ["auth.secret = \"%{env:SMARTHOST_SECRET}%\""],
        ["remote auth.secret"] = ["auth.username = \"gateway\""],
        ["remote tls.implicit"] = ["port = 2400"],
        ["server tls.enable"] = ["tls.certificate = \"gateway\""],
        ["server tls.implicit"] = ["tls.enable = true", "tls.certificate = \"gateway\""],
        ["session.throttle.[] match"] = ["rate = \"25/1h\""],
        ["session.throttle.[] key"] = ["rate = \"25/1h\""],
        ["queue.throttle.[] match"] = ["rate = \"25/1h\""],
        ["queue.throttle.[] key"] = ["rate = \"25/1h\""],
        ["queue.quota.[] match"] = ["messages = 100"],
        ["queue.quota.[] key"] = ["messages = 100"],
        ["session auth.mechanisms"] = ["auth.allow-plain-text = true"],
        ["resolver port"] = ["address = \"127.0.0.1\""],
    };

    static Dictionary<string, List<string>> Basis() => new(StringComparer.Ordinal)
    {
        ["[server]"] = ["hostname = \"mx.example.org\""],
        ["[server.listener.own]"] = ["bind = \"127.0.0.1:0\""],
        ["[certificate.gateway]"] = ["cert = \"file:///etc/posthouse/cert.pem\"", "private-key = \"file:///etc/posthouse/key.pem\""],
        ["[certificate.own]"] = ["cert = \"file:///etc/posthouse/cert.pem\"", "private-key = \"file:///etc/posthouse/key.pem\""],
        ["[list]"] = ["domains = [\"example.org\"]", "aliases = [\"sales@example.org\"]", "operators = [\"root:%{env:SMARTHOST_SECRET}%\"]"],
        ["[session]"] = ["rcpt.lookup.domains = \"list/domains\""],
        ["[remote.lmtp]"] = ["address = \"127.0.0.1\"", "protocol = \"lmtp\"", "tls.implicit = false", "lookup = true"],
        ["[remote.imap]"] = ["address = \"127.0.0.1\"", "protocol = \"imap\"", "lookup = true"],
        ["[remote.spare]"] = ["address = \"127.0.0.1\"", "protocol = \"smtp\""],
    };

    void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    sealed class Nobody : IMembership
    {
        public string Name => "nobody";

        public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(Membership.No);
    }
}
