using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary><c>[management]</c>: who may use the HTTP API.</summary>
static class ManagementSection
{
    static readonly Key<LookupLadder> Lookup = new(
        "auth.lookup",
        "Who may use the HTTP API, of which there is none yet: the remote or list that checks the login.",
        LookupTypes.Logins,
        LookupLadder.None) { OldName = "lookup.auth", IsActedOn = false, Example = "\"list/operators\"" };

    public static TableShape Shape { get; } = new("management", Lookup);

    public static ManagementModel Read(TomlTable root, ReadScope scope) =>
        new(new TableReader(TablesById.OrEmpty(root, "management"), scope).Read(Lookup));
}
