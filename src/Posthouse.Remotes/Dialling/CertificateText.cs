using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Remotes.Dialling;

/// <summary>A host's certificate in words. Whoever answers chose what it says, so all of it is bounded and printable.</summary>
static class CertificateText
{
    const int LongestText = 120;

    public static string Subject(X509Certificate2 certificate) => Printable(certificate.Subject);

    public static string Date(DateTime date) => date.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>SHA-256 of the public key (RFC 7469 section 2.4), in base64.</summary>
    public static string Pin(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>The names and addresses it is for (RFC 9525 section 6: the subject's own name does not count).</summary>
    /// <param name="certificate">The host's own.</param>
    /// <param name="most">How many to list before only counting them.</param>
    public static IReadOnlyList<string> Names(X509Certificate2 certificate, int most)
    {
        var names = new List<string>();
        try
        {
            foreach (var extension in certificate.Extensions)
            {
                if (extension is not X509SubjectAlternativeNameExtension alternatives)
                    continue;
                names.AddRange(alternatives.EnumerateDnsNames().Select(Printable));
                names.AddRange(alternatives.EnumerateIPAddresses().Select((IPAddress address) => address.ToString()));
            }
        }
        catch (CryptographicException)
        {
            // Names that cannot be read are no names.
        }
        return names.Count <= most ? names : [.. names.Take(most), $"and {names.Count - most} more"];
    }

    public static string Printable(string text)
    {
        var cut = text.Length <= LongestText ? text : text[..LongestText] + "...";
        return cut.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? string.Create(cut.Length, cut, static (shown, from) =>
            {
                for (var i = 0; i < shown.Length; i++)
                    shown[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
            })
            : cut;
    }
}
