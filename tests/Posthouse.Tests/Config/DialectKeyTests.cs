using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Config;

/// <summary>The keys that the dialect names: what is lost from the sections, or is another than there, shows here.</summary>
public class DialectKeyTests
{
    static readonly (string Start, string Word)[] Types =
    [
        ("a duration", "duration"), ("a size", "size"), ("a rate", "rate"), ("an integer", "integer"), ("true or false", "flag"),
        ("remote/<id> or list/<id>", "lookup"), ("an IP address", "address"), ("an IPv4 address", "address-v4"), ("an IPv6 address", "address-v6"),
        ("a domain name", "name"), ("a host such", "host"), ("a PEM file", "pem"), ("the SHA-256", "pin"), ("an address and port", "bind"),
        ("a table such", "sni"), ("the id of a remote", "next-hop"),
    ];

    public static TheoryData<string, string, string, string> Keys => new(DialectKeys.All);

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_of_the_dialect_has_its_type_its_default_and_its_stage(string name, string type, string fallback, string stage)
    {
        var key = Assert.Single(Described, described => described.Name == name).Key;
        Assert.Equal(
            (type, fallback, stage),
            (TypeOf(key), DefaultText.Of(key), Stages.NameOf(key.Known) ?? "-"));
        Assert.Contains(Places(name.Replace("*", "x", StringComparison.Ordinal)), place => place.Key == key);
    }

    [Fact]
    public void No_key_is_described_that_the_dialect_does_not_name() =>
        Assert.Equal(DialectKeys.All.Select(row => row.Key).Order(StringComparer.Ordinal), Described.Select(described => described.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("session.auth.errors.max", "session.auth.errors.total")]
    [InlineData("session.rcpt.errors.max", "session.rcpt.errors.total")]
    [InlineData("management.lookup.auth", "management.auth.lookup")]
    [InlineData("server.tls.timeout", "server.tls.timeout")]
    [InlineData("server.socket.backlog", "server.socket.backlog")]
    public void An_old_name_and_what_listeners_inherit_lead_to_the_same(string written, string name) =>
        Assert.Contains(Places(written), place => place.Key == Described.Single(described => described.Name == name).Key);

    /// <summary>What a bound may ask about shows by asking about everything.</summary>
    [Theory]
    [InlineData("session.throttle", "login login-domain priority mx")]
    [InlineData("queue.throttle", "login login-domain")]
    [InlineData("queue.quota", "login login-domain mx")]
    public void A_bound_asks_about_what_is_known_where_it_counts(string path, string unknown)
    {
        var problems = ConfigText.Problems(string.Concat(RuleVariableNames.All.Select(variable =>
            $"[[{path}]]\nmatch = {{ if = \"{variable.Name}\", {(variable.Kind is VariableKind.Number or VariableKind.Flag ? "eq = 1" : variable.Kind == VariableKind.Address ? "eq = \"192.0.2.1\"" : "eq = \"a@b\"")} }}\nkey = \"{variable.Name}\"\n")));
        Assert.Equal(unknown.Split(' '), problems.Where(problem => problem.Contains("is not known here", StringComparison.Ordinal)).Select(problem => problem.Split(": ")[3].Split(' ')[0]));
        Assert.Equal(unknown.Split(' ').Length, problems.Count(problem => problem.Contains($"{path}.key: must be one of ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("auth.dkim auth.spf auth.arc auth.dmarc auth.iprev auth.dnsbl signature.x report.dsn sieve.x database.x")]
    [InlineData("session.connect.script session.rcpt.script session.data.pipe.x session.data.milter.x")]
    [InlineData("session.data.add-headers.received-spf session.data.add-headers.auth-results")]
    [InlineData("queue.outbound.tls.dane queue.outbound.tls.mta-sts queue.hash report.hash")]
    [InlineData("resolver.type resolver.cache resolver.concurrency resolver.timeout resolver.attempts resolver.preserve-intermediates resolver.try-tcp-on-error")]
    [InlineData("server.run-as server.tls.ignore-client-order server.tls.ciphers global.concurrency global.shared-map global.thread-pool")]
    public void What_the_era_had_besides_is_known_as_such(string paths) =>
        Assert.All(paths.Split(' '), path => Assert.Contains(Places(path), place => place.IsOfTheEra));

    static IEnumerable<(string Name, KeyDescription Key)> Described =>
        ConfigSchema.Shapes.SelectMany(shape => shape.Keys.Select(key => (shape.Path.Length == 0 ? key.Name : $"{shape.Path}.{key.Name}", key)));

    static string TypeOf(KeyDescription key)
    {
        if (key.Form is ValueForm.Condition condition)
            return $"condition@{Stages.NameOf(condition.Known) ?? "any"}";
        var name = key.TypeName;
        var isOptional = name.IndexOf(", or false", StringComparison.Ordinal) is >= 0 and var off && (name = name[..off]).Length > 0;
        var isList = name.EndsWith(", or a list of such", StringComparison.Ordinal) && (name = name[..^", or a list of such".Length]).Length > 0;
        if (name.EndsWith(", or a list of at least one", StringComparison.Ordinal))
            isList = true;
        var stage = Stages.Named.FirstOrDefault(named => name == $"one of {named.Known}");
        var word = stage.Name is { } known ? $"variables@{known}"
            : Array.Find(Types, type => name.StartsWith(type.Start, StringComparison.Ordinal)).Word
                ?? (name.StartsWith("one of ", StringComparison.Ordinal) ? name[7..].Replace(", ", "|", StringComparison.Ordinal) : "text");
        return $"{word}{(isList ? "[]" : "")}{(isOptional ? "?" : "")}";
    }

    /// <summary>Below what is of the era everything is.</summary>
    static List<SchemaNode> Places(string path)
    {
        List<SchemaNode> places = [ConfigSchema.Root];
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            places = [.. places.SelectMany(place => place.IsOfTheEra ? [place] : name == "[]" ? place.Each is { } each ? [each] : [] : place.Follow(name))];
        return places;
    }
}
