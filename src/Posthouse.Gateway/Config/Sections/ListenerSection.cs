using System.Net;
using System.Security.Authentication;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[server.listener.&lt;id&gt;]</c>, which inherits from <c>[server]</c>, <c>[server.tls]</c> and <c>[server.socket]</c>.</summary>
sealed class ListenerSection(string hostName, IReadOnlyDictionary<string, LoadedCertificate?> certificates, ReadScope scope)
{
    readonly Dictionary<IPEndPoint, string> _bound = [];
    LoadedCertificate? _ephemeral;

    public IReadOnlyList<ListenerModel> ReadAll(TomlTable root)
    {
        var server = TablesById.OrEmpty(root, "server");
        var listeners = new List<ListenerModel>();
        foreach (var (id, table) in TablesById.Of(root, "server.listener"))
            listeners.Add(Read(id, new TableReader(table, scope, inherited: server)));
        if (listeners.Count == 0)
            scope.Findings.WarnMissing(server, "listener", "is missing: nothing listens");
        return listeners;
    }

    ListenerModel Read(string id, TableReader table)
    {
        var bind = table.Read(ListenerKeys.Bind);
        foreach (var endPoint in bind)
            if (endPoint.Port != 0 && !_bound.TryAdd(endPoint, id))
                scope.Findings.Error(table.Find(ListenerKeys.Bind)!, $"{endPoint} is bound by listener {ConfigFindings.Quoted(_bound[endPoint])} already");
        var protocol = table.Read(ListenerKeys.Protocol);
        if (protocol == ListenerProtocol.Http)
            scope.Findings.Warn(table.Find(ListenerKeys.Protocol)!, $"http is not served yet: listener {ConfigFindings.Quoted(id)} stays closed");
        return new ListenerModel
        {
            Id = id,
            Protocol = protocol,
            Bind = bind,
            Tls = ReadTls(table),
            Backlog = table.Read(ListenerKeys.Backlog),
        };
    }

    ListenerTls? ReadTls(TableReader table)
    {
        var isImplicit = table.Read(ListenerKeys.TlsImplicit);
        var timeout = table.Read(ListenerKeys.TlsTimeout);
        var protocols = table.Read(ListenerKeys.TlsProtocols).Aggregate(SslProtocols.None, (all, one) => all | one);
        // A name that does not resolve is a fault also where TLS is off.
        var certificate = FindCertificate(table, out var isNamed);
        if (!table.Read(ListenerKeys.TlsEnable))
        {
            if (isImplicit)
                scope.Findings.Warn(table.Find(ListenerKeys.TlsImplicit)!, "is of no effect: tls.enable is false here, so this listener speaks clear text");
            return null;
        }
        if (!isNamed)
            scope.Findings.WarnMissing(table.Table, ListenerKeys.TlsCertificate.Name, "is missing: clients see a self-signed certificate, a new one at each start");
        certificate ??= _ephemeral ??= CertificateSection.CreateEphemeral(hostName);
        return new ListenerTls(isImplicit, certificate.Leaf, certificate.Chain, timeout, protocols);
    }

    LoadedCertificate? FindCertificate(TableReader table, out bool isNamed)
    {
        var node = table.Find(ListenerKeys.TlsCertificate);
        isNamed = node is not null;
        if (node is null)
            return null;
        var id = table.Read(ListenerKeys.TlsCertificate);
        if (certificates.TryGetValue(id, out var certificate))
            return certificate;
        if (id.Length > 0)
            scope.Findings.Error(node, $"there is no [certificate.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, certificates.Keys)}");
        else
            scope.Findings.Error(node, "names no certificate");
        return null;
    }
}
