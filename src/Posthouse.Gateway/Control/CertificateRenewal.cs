using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Control;

/// <summary>Puts renewed certificates into a model that stays as it is in all else, whatever stands in the configuration's files by now.</summary>
static class CertificateRenewal
{
    /// <summary>The model with what the files hold now, or the same one where nothing has changed. A certificate that cannot be had stays, and is told of.</summary>
    public static GatewayModel Of(GatewayModel model, ILogger logger)
    {
        // By the object: it is how listeners and remotes hold theirs.
        Dictionary<X509Certificate2, CertificateModel> renewed = new(ReferenceEqualityComparer.Instance);
        List<CertificateModel> certificates = [];
        foreach (var old in model.Certificates)
        {
            var now = ReadAgain(old, logger);
            certificates.Add(now);
            if (now != old)
                renewed.Add(old.Leaf, now);
        }
        return renewed.Count == 0 ? model : model with
        {
            Certificates = certificates,
            Listeners = [.. model.Listeners.Select(listener => listener with { Tls = listener.Tls is { } tls ? Of(tls, renewed) : null })],
            Remotes = [.. model.Remotes.Select(remote => Of(remote, renewed))],
        };
    }

    static CertificateModel ReadAgain(CertificateModel old, ILogger logger)
    {
        if (old.ReadAgain?.Invoke() is not { } reading)
            return old;
        if (reading.Certificate is not { } now)
        {
            ControlLog.CertificateRefused(logger, old.Id, reading.Fault);
            return old;
        }
        if (now.ShowsTheSame(old))
            return old;
        var until = now.Leaf.NotAfter.ToUniversalTime();
        ControlLog.CertificateRenewed(logger, old.Id, until);
        return now;
    }

    static ListenerTls Of(ListenerTls tls, Dictionary<X509Certificate2, CertificateModel> renewed)
    {
        var names = tls.Sni.Select(name => renewed.TryGetValue(name.Certificate, out var own) ? name with { Certificate = own.Leaf, Chain = own.Chain } : name);
        tls = tls with { Sni = [.. names] };
        return renewed.TryGetValue(tls.Certificate, out var now) ? tls with { Certificate = now.Leaf, Chain = now.Chain } : tls;
    }

    static RemoteHostOptions Of(RemoteHostOptions remote, Dictionary<X509Certificate2, CertificateModel> renewed) =>
        remote.Tls.Certificate is { } shown && renewed.TryGetValue(shown.Leaf, out var now)
            ? remote with { Tls = remote.Tls with { Certificate = new RemoteCertificate(now.Leaf, now.Chain) } }
            : remote;
}
