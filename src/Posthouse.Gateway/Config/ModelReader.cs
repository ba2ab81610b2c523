using Posthouse.Gateway.Config.Effective;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config;

/// <summary>
/// From text to model. Every step runs whatever the one before it found, so that one run names all faults. Where a part of the text could not be
/// read, what is missing is not reported, since it may stand there; only a main file whose brackets are in disorder ends it early.
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
        var reading = TomlFile.Read(text, file, root, scope.Findings);
        if (reading == TomlReading.Nothing)
            return new ConfigResult(null, scope.Findings.InOrder()) { QueueFolder = QueueSection.FindPath(TomlFile.Glance(text, file), scope.Folder) };
        if (reading == TomlReading.Part)
            scope.Findings.LacksPart();
        IncludedFiles.AddTo(root, scope);
        NamedFiles.AddTo(scope, root);
        scope.Names.Listeners = [.. TablesById.Of(root, "server.listener").Select(static listener => listener.Key)];

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
            Written = WrittenThingsReader.Of(root),
        };
        AuthSection.WarnIfOutOfReach(root, model.Session.Auth, model.Listeners, scope);
        ModelTraps.Warn(root, model, scope);
        UnusedThings.Warn(root, model, scope);

        // 5. The model.
        return new ConfigResult(scope.Findings.HasErrors ? null : model, scope.Findings.InOrder()) { QueueFolder = model.Queue.Path };
    }
}
