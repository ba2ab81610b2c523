using System.Text;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Importing;

/// <summary>
/// Tables that mean here what they mean in the file: those of certificates, listeners, remotes and lists. Each is kept as it is, its secrets too,
/// since it would be of no use without them; one that has a fault here, such as a listener of a protocol that is not served, becomes comments.
/// </summary>
sealed class KeptTables(TomlTable root, string file)
{
    const string Server = "server";

    /// <summary>What went into them.</summary>
    public HashSet<TomlNode> Taken { get; } = [];

    /// <summary>Why a table did not.</summary>
    public Dictionary<TomlNode, string> WhyNot { get; } = [];

    /// <summary>The ids of the remotes among them.</summary>
    public HashSet<string> Remotes { get; } = new(StringComparer.Ordinal);

    public string Write()
    {
        var certificates = WriteEach(CertificateSection.Shape, "certificate", "");
        var server = WriteServer(certificates);
        var listeners = WriteEach(ListenerKeys.Shape, "server.listener", certificates + server);
        return server + listeners + certificates + WriteEach(RemoteKeys.Shape, "remote", certificates) + WriteLists();
    }

    string WriteServer(string beside)
    {
        var toml = new StringBuilder();
        if ((root.Find("server.hostname") ?? root.Find("lookup.default.hostname")) is { } name
            && FaultOf(beside, $"[server]\nhostname = {TomlWriter.Write(name)}\n") is null)
        {
            toml.Append("hostname = ").Append(TomlWriter.Write(name)).Append('\n');
            Taken.Add(name);
        }
        if (root.Find(Server) is TomlTable table)
        {
            foreach (var (key, node) in KeysIn(table, ListenerKeys.Inherited))
            {
                var line = $"{key.Name} = {TomlWriter.Write(node)}\n";
                if (FaultOf(beside, $"[server]\n{toml}{line}") is not null)
                    continue;
                toml.Append(line);
                Taken.Add(node);
            }
        }
        return toml.Length == 0 ? "" : $"[server]\n{toml}\n";
    }

    string WriteEach(TableShape shape, string path, string beside)
    {
        var toml = new StringBuilder();
        foreach (var (id, table) in TablesById.Of(root, path))
        {
            var lines = new StringBuilder($"[{path}.{TomlWriter.Quoted(id)}]\n");
            var keys = KeysIn(table, shape.Keys).ToList();
            foreach (var (key, node) in keys)
                lines.Append(key.Name).Append(" = ").Append(TomlWriter.Write(node)).Append('\n');
            if (FaultOf(beside, lines.ToString()) is { } fault)
            {
                WhyNot[table] = $"{fault.Key} {fault.Message}";
                continue;
            }
            toml.Append(lines).Append('\n');
            Taken.UnionWith(keys.Select(static key => key.Node));
            if (path == "remote")
                Remotes.Add(id);
        }
        return toml.ToString();
    }

    string WriteLists()
    {
        var lines = new StringBuilder();
        foreach (var (id, node) in TablesById.OrEmpty(root, "list").Entries)
        {
            var line = $"{TomlWriter.Name(id)} = {TomlWriter.Write(node)}\n";
            if (FaultOf("", "[list]\n" + line) is not null)
                continue;
            lines.Append(line);
            Taken.Add(node);
        }
        return lines.Length == 0 ? "" : $"[list]\n{lines}\n";
    }

    static IEnumerable<(KeyDescription Key, TomlNode Node)> KeysIn(TomlTable table, IEnumerable<KeyDescription> keys) =>
        keys.Select(key => (key, Node: table.Find(key.Name))).Where(static found => found.Node is not null)!;

    // Keys that are right by themselves may be wrong together, and with what they name.
    ConfigProblem? FaultOf(string beside, string toml) =>
        ConfigLoader.Parse(beside + toml, file, static _ => throw new InvalidOperationException()).Problems.FirstOrDefault(static problem => problem.IsError);
}
