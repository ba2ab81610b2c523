using System.Net;
using System.Security.Authentication;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[server.listener.&lt;id&gt;]</c>, which inherits from <c>[server]</c>, <c>[server.tls]</c> and <c>[server.socket]</c>.</summary>
sealed class ListenerSection(string hostName, IReadOnlyDictionary<string, CertificateModel?> certificates, ReadScope scope)
{
    readonly List<(IPEndPoint EndPoint, string Id)> _bound = [];

    // Those whose clients see a certificate that was made up.
    readonly List<(TomlTable Table, string Id)> _bare = [];

    public IReadOnlyList<ListenerModel> ReadAll(TomlTable root)
    {
        var server = TablesById.OrEmpty(root, "server");
        var listeners = new List<ListenerModel>();
        foreach (var (id, table) in TablesById.Of(root, "server.listener"))
            listeners.Add(Read(id, new TableReader(table, scope, inherited: server)));
        if (listeners.Count == 0)
            scope.Findings.WarnMissing(server, "listener", "is missing: nothing listens");
        if (_bare.Count > 0)
        {
            var others = string.Join(", ", _bare.Skip(1).Select(static bare => ConfigFindings.Quoted(bare.Id)));
            scope.Findings.WarnMissing(_bare[0].Table, ListenerKeys.TlsCertificate.Name,
                "is missing: clients see a self-signed certificate, a new one at each start" + (others.Length > 0 ? $"; so they do at {others}" : ""));
        }
        return listeners;
    }

    ListenerModel Read(string id, TableReader table)
    {
        var bind = table.Read(ListenerKeys.Bind);
        foreach (var endPoint in bind)
        {
            if (_bound.Find(other => other.EndPoint.Overlaps(endPoint)) is { EndPoint: { } taken } before)
                scope.Findings.Error(table.Find(ListenerKeys.Bind)!, taken.Equals(endPoint)
                    ? $"{endPoint} is bound by listener {ConfigFindings.Quoted(before.Id)} already"
                    : $"{endPoint} cannot be had beside {taken} of listener {ConfigFindings.Quoted(before.Id)}: {(IPAddress.IPv6Any.Equals(endPoint.Address) || IPAddress.IPv6Any.Equals(taken.Address) ? "[::] takes IPv4 too" : "0.0.0.0 takes every IPv4 address")}");
            _bound.Add((endPoint, id));
        }
        var protocol = table.Read(ListenerKeys.Protocol);
        if (protocol == ListenerProtocol.Http)
            scope.Findings.Warn(table.Find(ListenerKeys.Protocol)!, $"http is not served yet: listener {ConfigFindings.Quoted(id)} stays closed");
        return new ListenerModel
        {
            Id = id,
            Protocol = protocol,
            Bind = bind,
            Tls = ReadTls(id, table),
            Backlog = table.Read(ListenerKeys.Backlog),
        };
    }

    ListenerTls? ReadTls(string id, TableReader table)
    {
        var isImplicit = table.Read(ListenerKeys.TlsImplicit);
        var timeout = table.Read(ListenerKeys.TlsTimeout);
        var protocols = table.Read(ListenerKeys.TlsProtocols).Aggregate(SslProtocols.None, (all, one) => all | one);
        // A name that does not resolve is a fault also where TLS is off.
        var certificate = FindCertificate(table, out var isNamed);
        var names = ReadSni(table);
        if (!table.Read(ListenerKeys.TlsEnable))
        {
            if (isImplicit)
                scope.Findings.Warn(table.Find(ListenerKeys.TlsImplicit)!, "is of no effect: tls.enable is false here, so this listener speaks clear text");
            return null;
        }
        if (!isNamed)
            _bare.Add((table.Table, id));
        certificate ??= CertificateSection.Ephemeral(hostName);
        return new ListenerTls(isImplicit, certificate.Leaf, certificate.Chain, timeout, protocols) { Sni = names };
    }

    CertificateModel? FindCertificate(TableReader table, out bool isNamed)
    {
        var node = table.Find(ListenerKeys.TlsCertificate);
        isNamed = node is not null;
        if (node is null)
            return null;
        return Find(table.Read(ListenerKeys.TlsCertificate), node);
    }

    List<ServerNameCertificate> ReadSni(TableReader table)
    {
        var names = new List<ServerNameCertificate>();
        foreach (var (subject, id, node) in table.Read(ListenerKeys.TlsSni))
        {
            if (names.Exists(name => name.Name == subject))
                scope.Findings.Error(node, $"{ConfigFindings.Quoted(subject)} has a certificate already");
            else if (Find(id, node) is { } certificate)
                names.Add(new(subject, certificate.Leaf, certificate.Chain));
        }
        return names;
    }

    CertificateModel? Find(string id, TomlNode node)
    {
        scope.Names.Used.Add(("certificate", id));
        if (certificates.TryGetValue(id, out var certificate))
            return certificate;
        if (id.Length > 0)
            scope.Findings.NotThere(node, $"there is no [certificate.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, certificates.Keys)}");
        else
            scope.Findings.Error(node, "names no certificate");
        return null;
    }
}
