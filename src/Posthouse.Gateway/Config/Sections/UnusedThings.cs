using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Warns of what is defined and named by nothing: often a misspelt name, or what a change has left behind.</summary>
static class UnusedThings
{
    public static void Warn(TomlTable root, GatewayModel model, ReadScope scope)
    {
        // A setting with a fault names more than was read of it.
        if (scope.Findings.HasErrors || !scope.Findings.IsWhole)
            return;
        WarnOf(root, "remote", "nothing names it, so that no mail goes there and nobody asks it", scope);
        WarnOf(root, "certificate", "nothing names it, so that nobody sees it", scope);
        WarnOf(root, "rule", "nothing names it", scope);
        // With that a list is named by the login that may send as what stands in it.
        if (!model.Session.Auth.MustMatchSender.Values.Contains(true))
            WarnOf(root, "list", "nothing names it", scope);
    }

    static void WarnOf(TomlTable root, string table, string message, ReadScope scope)
    {
        foreach (var (id, node) in TablesById.OrEmpty(root, table).Entries)
            if (!scope.Names.Used.Contains((table, id)))
                scope.Findings.WarnAtKey(node, message);
    }
}
