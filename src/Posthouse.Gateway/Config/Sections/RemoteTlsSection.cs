using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[remote.&lt;id&gt;.tls]</c>.</summary>
/// <param name="certificates">By id; null for one that could not be had, which is reported.</param>
/// <param name="scope">Where faults go.</param>
sealed class RemoteTlsSection(IReadOnlyDictionary<string, CertificateModel?> certificates, ReadScope scope)
{
    public RemoteTlsOptions Read(TableReader table)
    {
        var tls = new RemoteTlsOptions
        {
            Implicit = table.Read(RemoteTlsKeys.Implicit),
            AllowInvalidCerts = table.Read(RemoteTlsKeys.AllowInvalidCerts),
            StartTls = table.Read(RemoteTlsKeys.StartTls),
            Authorities = table.Read(RemoteTlsKeys.Ca),
            ServerName = table.Read(RemoteTlsKeys.ServerName),
            Pins = [.. table.Read(RemoteTlsKeys.Pin)],
            Certificate = ReadCertificate(table),
        };
        if (tls.AllowInvalidCerts && table.Find(RemoteTlsKeys.AllowInvalidCerts) is { } node)
        {
            scope.Findings.Warn(node, tls.Pins.Count > 0
                ? "accepts any certificate whose key is one of tls.pin"
                : "accepts any certificate, so anyone on the way can pose as this host and read what is sent to it");
        }
        return tls;
    }

    RemoteCertificate? ReadCertificate(TableReader table)
    {
        var id = table.Read(RemoteTlsKeys.Certificate);
        if (id is null)
            return null;
        scope.Names.Used.Add(("certificate", id));
        if (certificates.TryGetValue(id, out var certificate))
            return certificate is null ? null : new RemoteCertificate(certificate.Leaf, certificate.Chain);
        scope.Findings.NotThere(table.Find(RemoteTlsKeys.Certificate)!,
            $"there is no [certificate.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, certificates.Keys)}");
        return null;
    }
}
