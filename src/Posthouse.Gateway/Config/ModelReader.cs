using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config;

/// <summary>
/// From text to model. Every step runs whatever the one before it found, so that one run names all faults; only text that is
/// no TOML ends it early, since what is missing from a half-read file would be reported as well.
/// <list type="number">
/// <item>Text becomes tables, those of included files added.</item>
/// <item>Lists, certificates, remotes and rules are read: what other settings name.</item>
/// <item>Keys that are unknown, of the era, or not acted on yet are reported.</item>
/// <item>The rest is read, and its names checked.</item>
/// <item>Without an error, there is a model.</item>
/// </list>
/// </summary>
static class ModelReader
{
    public static ConfigResult Read(string text, string file, ReadScope scope)
    {
        // 1. Tables.
        var start = new Place(file, 1, 1);
        var root = new TomlTable(start, start, "", TableOrigin.Header);
        TomlFile.Read(text, file, root, scope.Findings);
        IncludedFiles.AddTo(root, scope);
        NamedFiles.AddTo(scope, root);
        if (scope.Findings.HasErrors)
            return new ConfigResult(null, scope.Findings.InOrder());

        // 2. What can be named.
        var server = ServerSection.Read(root, scope);
        ListSection.ReadAll(root, scope);
        var certificates = CertificateSection.ReadAll(root, scope);
        var remotes = RemoteSection.ReadAll(root, server.HostName, certificates, scope);
        RuleSection.ReadAll(root, scope);

        // 3. Keys; those not acted on yet are read here, for their faults alone.
        new SchemaCheck(scope).Walk(root, [ConfigSchema.Root]);

        // 4. The rest.
        var model = new GatewayModel
        {
            Server = server,
            Listeners = new ListenerSection(server.HostName, certificates, scope).ReadAll(root),
            Session = SessionSection.Read(root, scope),
            Queue = QueueSection.Read(root, scope),
            Remotes = remotes,
            Certificates = [.. certificates.Values.OfType<CertificateModel>()],
            Lists = scope.Names.Lists,
            Resolver = ResolverSection.Read(root, scope),
            Tracing = TracingSection.Read(root, scope),
            Management = ManagementSection.Read(root, scope),
        };
        AuthSection.WarnIfOutOfReach(root, model.Session.Auth, model.Listeners, scope);

        // 5. The model.
        return new ConfigResult(scope.Findings.HasErrors ? null : model, scope.Findings.InOrder()) { QueueFolder = model.Queue.Path };
    }
}
