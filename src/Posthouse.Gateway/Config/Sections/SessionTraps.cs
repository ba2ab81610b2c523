using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Settings of <c>[session]</c> that are allowed and seldom meant.</summary>
static class SessionTraps
{
    public static void Warn(TomlTable root, ReadScope scope)
    {
        foreach (var path in new[] { "session.auth.errors.max", "session.rcpt.errors.max" })
            if (root.Find(path) is { } old)
                scope.Findings.WarnAtKey(old, "is the old name of errors.total, and means the same");
        if (root.Find("session.rcpt.lookup.addresses") is { } addresses && !ConfigTypeCombining.IsOff(addresses)
            && root.Find("session.rcpt.lookup.domains") is null)
            scope.Findings.WarnAtKey(addresses, "stands without lookup.domains, so that every recipient is looked up here, those of foreign domains too; lookup.domains = \"list/...\" says which are local");
    }
}
