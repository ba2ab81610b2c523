using Posthouse.Gateway.Config;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Config;

/// <summary>Reads configurations that stand in tests, as if in <c>/etc/posthouse/c.toml</c>.</summary>
static class ConfigText
{
    public const string File = "/etc/posthouse/c.toml";

    public static ConfigResult Parse(string text) => ConfigLoader.Parse(text, File, target => new NoMember(target));

    public static GatewayModel Model(string text)
    {
        var result = Parse(Whole(text));
        Assert.DoesNotContain(result.Problems, problem => problem.IsError);
        return Assert.IsType<GatewayModel>(result.Model);
    }

    /// <summary>
    /// All but what is told of things that nothing names, and of listeners that are not there: most tests define some, or name one, for nothing else.
    /// </summary>
    public static string[] Problems(string text) =>
        [.. Parse(Whole(text)).Problems.Where(static p => !IsOfItsSurroundings(p.Message)).Select(p => p.ToString().Replace(File + ":", "", StringComparison.Ordinal))];

    public static bool IsOfItsSurroundings(string message) =>
        message.StartsWith("nothing names it", StringComparison.Ordinal) || message.StartsWith("there is no [server.listener.", StringComparison.Ordinal);

    /// <summary>Adds what nearly every file has below the test's own lines, so that nothing but these is reported.</summary>
    static string Whole(string text) =>
        text + (text.Contains("[server]", StringComparison.Ordinal) ? "\n" : "\n[server]\nhostname = \"mx.example.org\"\n")
        + "[server.listener.basis]\nbind = \"127.0.0.1:0\"\n";

    public static T Constant<T>(Setting<T> setting)
    {
        Assert.True(setting.TryGetConstant(out var value));
        return value;
    }

    sealed class NoMember(LookupTarget target) : IMembership
    {
        public string Name => target.ToString();

        public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(Membership.No);
    }
}
