using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[remote.&lt;id&gt;.tls]</c>.</summary>
static class RemoteTlsKeys
{
    static readonly RemoteTlsOptions Default = new();

    static readonly string[] PinStarts = ["sha256//", "sha256:"];

    static readonly ConfigType<string> PinType = ConfigTypes.FromText<string>(
        "the SHA-256 of a public key in base64 such as \"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"", TryParsePin);

    public static readonly Key<bool> Implicit = new(
        "tls.implicit",
        "Whether TLS starts with the first byte; otherwise STARTTLS comes before all else, as tls.starttls says.",
        ConfigTypes.Flag,
        Default.Implicit);
    public static readonly Key<bool> AllowInvalidCerts = new(
        "tls.allow-invalid-certs",
        "Whether any certificate is accepted, which gives up what TLS is for: whoever stands in between reads passwords. tls.ca "
        + "or tls.pin serve a host with a certificate of its own.",
        ConfigTypes.Flag,
        Default.AllowInvalidCerts) { Example = "false" };
    public static readonly Key<StartTlsPolicy> StartTls = new(
        "tls.starttls",
        "Without implicit TLS: whether STARTTLS must succeed (a host that does not offer it is unavailable), is tried, or is "
        + "left out. No secret goes out in clear except to this machine, or where disable is written.",
        ConfigTypes.Choice(("require", StartTlsPolicy.Require), ("optional", StartTlsPolicy.Optional), ("disable", StartTlsPolicy.Disable))
            .OrOff(StartTlsPolicy.Disable),
        Default.StartTls) { Example = "\"optional\"" };
    public static readonly Key<RemoteAuthorities?> Ca = new(
        "tls.ca",
        "The authorities that the host's certificate must come from, in place of the system's; the certificate itself where it "
        + "is signed by itself.",
        new ConfigType<RemoteAuthorities?>("a PEM file's path, or PEM text", ReadAuthorities),
        null) { DefaultNote = "the system's authorities", Example = "\"/etc/posthouse/hosts-ca.pem\"" };
    public static readonly Key<string?> ServerName = new(
        "tls.server-name",
        "The name that the certificate must be for, and that is sent as SNI, where address is an IP address or another name.",
        ConfigTypes.HostName.Select(t => (string?)t),
        null) { DefaultNote = "that of the endpoint" };
    public static readonly Key<IReadOnlyList<string>> Pin = new(
        "tls.pin",
        "The public keys of which the host must show one, beside all else that is checked; a second one bridges a change of keys.",
        PinType.ListOf(),
        []) { Example = "\"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"" };
    public static readonly Key<string?> Certificate = new(
        "tls.certificate",
        "The id of the certificate that is shown to the host, one of [certificate.<id>].",
        ConfigTypes.Text.Select(t => (string?)t),
        null) { Example = "\"gateway\"" };

    public static IReadOnlyList<KeyDescription> All { get; } = [Implicit, AllowInvalidCerts, StartTls, Ca, ServerName, Pin, Certificate];

    static bool ReadAuthorities(TomlNode node, ReadScope scope, out RemoteAuthorities? value)
    {
        value = null;
        if (node is not TomlText text)
            return scope.Expected(node, Ca.TypeName);
        if (!Macros.TryExpand(text, scope.Findings, out var pem, out var isFile))
            return false;
        if (!isFile && pem.StartsWith('/'))
        {
            var file = FileOf(text, pem);
            if (Macros.FileOf(file) is { } path)
                scope.Sources.Add(new(path, ConfigSourceKind.Value));
            if (!Macros.TryExpand(file, scope.Findings, out pem))
                return false;
        }
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            scope.Findings.Error(node, "holds a damaged certificate");
            return false;
        }
        if (certificates.Count == 0)
        {
            scope.Findings.Error(node, "holds no certificate in PEM form");
            return false;
        }
        value = new RemoteAuthorities(certificates);
        return true;
    }

    static TomlText FileOf(TomlText text, string path) => new(text.Place, text.KeyPlace, text.Key, "file://" + path);

    static bool TryParsePin(string text, out string pin)
    {
        var start = PinStarts.FirstOrDefault(start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) ?? "";
        pin = text[start.Length..];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // Written out again, so that two spellings of one pin are one.
        return Convert.TryFromBase64String(pin, hash, out var length) && length == hash.Length && (pin = Convert.ToBase64String(hash)).Length > 0;
    }
}
