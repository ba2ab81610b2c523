using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Encodings;

namespace Posthouse.Remotes.Definition;

/// <summary>What the TLS options of a definition must keep to.</summary>
static class RemoteTlsValidation
{
    public static IEnumerable<string?> Faults(RemoteTlsOptions tls) =>
    [
        RemoteHostValidation.Known("Tls.StartTls", tls.StartTls),
        RemoteHostValidation.Must(tls.Authorities is null or { Certificates.Count: > 0 }, "Tls.Authorities", "null or at least one certificate"),
        RemoteHostValidation.Must(tls.ServerName is null || !string.IsNullOrWhiteSpace(tls.ServerName), "Tls.ServerName", "null or a name"),
        RemoteHostValidation.Must(tls.Pins.All(IsPin), "Tls.Pins", "SHA-256 hashes in base64, 44 characters each"),
        RemoteHostValidation.Must(tls.Certificate is null or { Leaf.HasPrivateKey: true }, "Tls.Certificate", "a certificate with its private key"),
    ];

    static bool IsPin(string pin)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return Base64Strict.TryDecode(Encoding.UTF8.GetBytes(pin), hash, out var length) && length == hash.Length;
    }
}
