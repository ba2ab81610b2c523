using System.Runtime.CompilerServices;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Tests.Config;

public class JsonSchemaTests
{
    const string Remote = "[remote.a]\naddress = \"a.example\"\nprotocol = \"smtp\"\n";
    static readonly JsonElement Schema = JsonDocument.Parse(ConfigJsonSchema.Write()).RootElement;

    [Fact]
    public void The_schema_that_ships_is_the_one_of_the_code()
    {
        var written = ConfigJsonSchema.Write();
        var path = Path.Combine(Root, "docs", "posthouse.schema.json");
        if (Environment.GetEnvironmentVariable("POSTHOUSE_UPDATE_DOCS") == "1")
            File.WriteAllText(path, written);
        Assert.True(File.ReadAllText(path) == written, "docs/posthouse.schema.json is stale: run this test with POSTHOUSE_UPDATE_DOCS=1");
    }

    [Theory]
    [InlineData(SeedExampleTests.Example)]
    [InlineData(WholeFileTests.File)]
    [InlineData("include = \"conf.d/*.toml\"\n")]
    [InlineData("[remote.\"mx.example\"]\naddress = [\"a\", \"b:26\"]\nprotocol = \"LMTP\"\ntls.starttls = \"Disable\"\n")]
    [InlineData("[remote.a]\naddress = \"a\"\nprotocol = \"%{env:PROTOCOL}%\"\nauth.secret = \"file:///run/secret\"\ncache.stale = \"Never\"\n")]
    [InlineData("[session]\ntimeout = 5000\nlimits.per-ip = \"none\"\nauth.errors.max = 3\nauth.require = \"true\"\nextensions.mt-priority = \"off\"\n")]
    [InlineData("[session.rcpt]\nrelay = [ { none-of = { rule = \"r\" }, then = true }, { any-of = [ { if = \"rcpt\", matches = \"^a\" } ], then = \"false\" }, { else = false } ]\n")]
    [InlineData("[session]\nduration = [ { if = \"is-tls\", eq = true, then = \"1h\" }, { else = 60000 } ]\n")]
    [InlineData("[queue.outbound.source-ip]\nv4 = \"192.0.2.1\"\n[[queue.throttle]]\nmatch = { if = \"rcpt\", eq = \"a@example.org\" }\nrate = \"5/1h\"\n")]
    [InlineData("[queue.outbound]\nsource-ip = [ { if = \"mx\", eq = \"a.example\", then = \"192.0.2.1\" }, { else = [] } ]\n")]
    [InlineData("[auth.dkim]\nverify = \"strict\"\n[session.connect]\nscript = \"x\"\n[session.rcpt]\nscript = false\n[server]\nrun-as = { user = 1 }\n[queue]\nhash = 64\n")]
    [InlineData("[session]\ntimeout = \" 1 H 30 m\"\ntransfer-limit = \"%{env:LIMIT}%\"\n[[session.throttle]]\nrate = \" 5 / 1 H \"\n")]
    [InlineData("[queue.outbound]\nnext-hop = { by-lookup = \"true\" }\nsource-ip = \"::ffff:192.0.2.1\"\n[server]\ntls.sni = { subject = \"*.a.example\", certificate = \"c\" }\n")]
    [InlineData("[queue.outbound]\nnext-hop = [ { rule = \"r\", then = { by-lookup = true } }, { else = \"none\" } ]\n")]
    [InlineData("[list]\na = \"x\"\nb = [\"file:///l\", \"y\"]\n[rule.r]\nif = \"listener\"\neq = \"smtp\"\n")]
    public void It_takes_what_the_checker_takes(string text) => Assert.Null(Refused(text));

    [Theory]
    [InlineData("[remtoe.a]\naddress = \"a\"\n", "remtoe")]
    [InlineData(Remote + "protocl = \"smtp\"\n", "remote.a.protocl")]
    [InlineData(Remote + "concurrency = 0\n", "remote.a.concurrency")]
    [InlineData(Remote + "port = 70000\n", "remote.a.port")]
    [InlineData(Remote + "port = \"25\"\n", "remote.a.port")]
    [InlineData(Remote + "timeout = true\n", "remote.a.timeout")]
    [InlineData(Remote + "lookup = \"yes\"\n", "remote.a.lookup")]
    [InlineData(Remote + "tls = true\n", "remote.a.tls")]
    [InlineData(Remote + "tls.starttls = \"always\"\n", "remote.a.tls.starttls")]
    [InlineData(Remote + "cache.stale = true\n", "remote.a.cache.stale")]
    [InlineData("[session]\nrcpt.max-recipient = 5\n", "session.rcpt.max-recipient")]
    [InlineData("[session.data]\nlimits.size = 1.5\n", "session.data.limits.size")]
    [InlineData("[session]\ntimeout = [ { if = \"rcpt\", eq = \"a@b\", then = \"1s\" }, { else = \"1s\" } ]\n", "session.timeout")]
    [InlineData("[session]\ntimeout = [ { if = \"listener\", is = \"a\", then = \"1s\" }, { else = \"1s\" } ]\n", "session.timeout")]
    [InlineData("[session]\ntimeout = [ { if = \"listener\", eq = \"a\", then = true }, { else = \"1s\" } ]\n", "session.timeout")]
    [InlineData("[session]\ntimeout = [ { if = \"listener\", eq = \"a\" }, { else = \"1s\" } ]\n", "session.timeout")]
    [InlineData("[session]\nthrottle = { concurrency = 5 }\n", "session.throttle")]
    [InlineData("[[session.throttle]]\nconcurency = 5\n", "session.throttle.concurency")]
    [InlineData("[session]\ntimeout = \"5 minutes\"\n", "session.timeout")]
    [InlineData("[session]\ntransfer-limit = \"5 meters\"\n", "session.transfer-limit")]
    [InlineData("[[session.throttle]]\nrate = \"5 per hour\"\n", "session.throttle.rate")]
    [InlineData("[[session.throttle]]\nrate = \"5/1h\"\nmatch = \"all\"\n", "session.throttle.match")]
    [InlineData("[[session.throttle]]\nrate = \"5/1h\"\nmatch = { if = \"mx\", eq = \"a\" }\n", "session.throttle.match")]
    [InlineData("[queue.outbound]\nnext-hop = 25\n", "queue.outbound.next-hop")]
    [InlineData("[queue.outbound]\nnext-hop = { by-lockup = true }\n", "queue.outbound.next-hop")]
    [InlineData("[rule]\nr = { if = \"listner\", eq = \"a\" }\n", "rule.r")]
    [InlineData("[rule.r]\nany-of = [ { if = \"listener\", is = \"a\" } ]\n", "rule.r")]
    [InlineData("[list]\nl = 5\n", "list.l")]
    [InlineData("[list]\nl = [\"a\", 5]\n", "list.l")]
    [InlineData("[server.listener.a]\nbind = \"localhost:25\"\n", "server.listener.a.bind")]
    [InlineData("[server]\nhostname = \"mx example\"\n", "server.hostname")]
    [InlineData("[server]\ntls.sni = [ { subject = \"a.example\" } ]\n", "server.tls.sni")]
    [InlineData("[resolver]\naddress = \"dns.example\"\n", "resolver.address")]
    public void It_refuses_what_the_checker_refuses_at_the_same_key(string text, string key)
    {
        Assert.StartsWith(key, Refused(text), StringComparison.Ordinal);
        Assert.Contains(ConfigText.Parse(text).Problems, problem => problem.IsError && problem.Key.StartsWith(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_key_stands_in_it_with_a_description() => Assert.All(
        ConfigSchema.Shapes.SelectMany(shape => shape.Keys.Select(key => $"{shape.Path}.{key.Name}")),
        path => Assert.Contains(Below([Schema], path).SelectMany(Alternatives), found => found.TryGetProperty("description", out _)));

    [Fact]
    public void A_default_is_one_that_may_be_written()
    {
        var defaults = Descendants(Schema).Where(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("default", out var value) && value.ValueKind != JsonValueKind.Object).ToList();
        Assert.NotEmpty(defaults);
        Assert.All(defaults, part => Assert.Null(new JsonSchemaOracle(Schema).Refused(NodeOf(part.GetProperty("default")), part)));
    }

    static string? Refused(string text)
    {
        var start = new Place(ConfigText.File, 1, 1);
        var tree = new TomlTable(start, start, "", TableOrigin.Header);
        var findings = new ConfigFindings();
        TomlFile.Read(text, ConfigText.File, tree, findings);
        Assert.False(findings.HasErrors);
        return new JsonSchemaOracle(Schema).Refused(tree);
    }

    static TomlNode NodeOf(JsonElement value)
    {
        var place = new Place("", 1, 1);
        return value.ValueKind switch
        {
            JsonValueKind.Number => new TomlInteger(place, place, "default", value.GetInt64()),
            JsonValueKind.String => new TomlText(place, place, "default", value.GetString()!),
            JsonValueKind.Array => ListOf(value, place),
            _ => new TomlFlag(place, place, "default", value.GetBoolean()),
        };
    }

    static TomlArray ListOf(JsonElement value, Place place)
    {
        var list = new TomlArray(place, place, "default", isOfHeaders: false);
        list.Items.AddRange(value.EnumerateArray().Select(NodeOf));
        return list;
    }

    /// <summary>All that a path of a shape may lead to.</summary>
    static List<JsonElement> Below(List<JsonElement> from, string path)
    {
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            from = [.. from.SelectMany(Alternatives).SelectMany(schema => Step(schema, part))];
        return from;
    }

    static IEnumerable<JsonElement> Alternatives(JsonElement schema) =>
        schema.TryGetProperty("anyOf", out var any) ? any.EnumerateArray().Prepend(schema) : [schema];

    static IEnumerable<JsonElement> Step(JsonElement schema, string part)
    {
        if (part == "[]" && schema.TryGetProperty("items", out var items))
            yield return items;
        else if (part == "*" && schema.TryGetProperty("additionalProperties", out var any) && any.ValueKind == JsonValueKind.Object)
            yield return any;
        else if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(part, out var named))
            yield return named;
    }

    static IEnumerable<JsonElement> Descendants(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(entry => Descendants(entry.Value)).Prepend(element),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Descendants).Prepend(element),
        _ => [element],
    };

    static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
