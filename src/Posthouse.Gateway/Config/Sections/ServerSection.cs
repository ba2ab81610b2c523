using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[server]</c>; what its listeners inherit is described with them.</summary>
static class ServerSection
{
    static readonly Key<string> HostName = new(
        "hostname",
        "The name this gateway gives itself: in its greeting, in EHLO to hosts, in Received lines and reports. A full domain "
        + "name that resolves to it.",
        ConfigTypes.HostName,
        "") { DefaultNote = "the machine's name" };
    static readonly SettingKey<string> Greeting = new(
        "greeting",
        "The words behind the name in the greeting.",
        Stages.Connect,
        ConfigTypes.Line,
        "Posthouse at your service") { Example = "\"no unsolicited mail\"" };
    static readonly Key<bool> Watch = new(
        "watch",
        "Whether a changed file is loaded without being asked, within some seconds. Otherwise posthouse reload or SIGHUP asks "
        + "for it; renewed certificates are taken by themselves in either case.",
        ConfigTypes.Flag,
        false);

    public static TableShape Shape { get; } = new("server", [HostName, Greeting, Watch, .. ListenerKeys.Inherited]);

    public static ServerModel Read(TomlTable root, ReadScope scope)
    {
        var table = new TableReader(TablesById.OrEmpty(root, "server"), scope);
        foreach (var key in ListenerKeys.Inherited)
            if (key.IsActedOn && table.Find(key) is { } node)
                key.Check(node, scope);
        var hostName = table.Read(HostName);
        if (table.Find(HostName) is not { } named)
        {
            var machine = Environment.MachineName;
            hostName = HostText.IsName(machine) && !HasUnderscore(machine) ? machine : "localhost";
            scope.Findings.WarnMissing(table.Table, HostName.Name, $"is missing; {hostName}{(hostName == machine ? ", the machine's name," : "")} stands in");
        }
        else if (HasUnderscore(hostName))
        {
            scope.Findings.Error(named, "holds an underscore, which no host name has that is said in EHLO (RFC 5321 section 4.1.2)");
        }
        else if (hostName.Length > 0 && !hostName.Contains('.', StringComparison.Ordinal))
        {
            scope.Findings.Warn(named, "is no full domain name, which has a dot: other servers refuse it in EHLO, and replies to reports go nowhere");
        }
        return new ServerModel(hostName.Length == 0 ? "localhost" : hostName, table.Read(Greeting), table.Read(Watch));
    }

    static bool HasUnderscore(string name) => name.Contains('_', StringComparison.Ordinal);
}
