using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config;

/// <summary>Every table and key there is. Adding one: describe it in its section, list the section's shape here, read it there.</summary>
static class ConfigSchema
{
    public static IReadOnlyList<TableShape> Shapes { get; } =
    [
        new("", new Key<IReadOnlyList<string>>(
            IncludedFiles.KeyName,
            "More files to read, as names or patterns such as conf.d/*.toml, relative to the folder of this file and in the "
            + "order of their names. A key may stand in one of them only.",
            ConfigTypes.Text.ListOf(),
            []) { Example = "[\"conf.d/*.toml\"]" }),
        ServerSection.Shape, ListenerKeys.Shape, CertificateSection.Shape,
        SessionKeys.Shape, AuthSection.Shape, RcptSection.Shape,
        QueueSection.Shape, OutboundSection.Shape, .. ThrottleSection.Shapes,
        RemoteKeys.Shape, ListSection.Shape, RuleSection.Shape,
        ManagementSection.Shape, ResolverSection.Shape, TracingSection.Shape,
    ];

    public static SchemaNode Root { get; } = SchemaNode.Build(Shapes, EraKeys.Paths);
}
