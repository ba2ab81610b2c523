using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Settings of <c>[session]</c> that are allowed and seldom meant.</summary>
static class SessionTraps
{
    public static void Warn(TomlTable root, ReadScope scope)
    {
        // Both names at once are an error, told where they are read.
        foreach (var path in new[] { "session.auth.errors", "session.rcpt.errors" })
            if (root.Find(path + ".max") is { } old && root.Find(path + ".total") is null)
                scope.Findings.WarnAtKey(old, "is the old name of errors.total, and means the same");
        if (root.Find("session.rcpt.lookup.addresses") is { } addresses && !ConfigTypeCombining.IsOff(addresses)
            && root.Find("session.rcpt.lookup.domains") is null)
            scope.Findings.WarnAtKey(addresses, "stands without lookup.domains, so that every recipient is looked up here, those of foreign domains too; lookup.domains = \"list/...\" says which are local");
    }
}
