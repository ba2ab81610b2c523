using System.Globalization;
using System.Text;

namespace Posthouse.Demo;

/// <summary>The shipped configuration with the ports and paths of one run.</summary>
static class DemoConfiguration
{
    /// <summary>The file as it is shipped.</summary>
    public static string Shipped()
    {
        using var resource = typeof(DemoConfiguration).Assembly.GetManifestResourceStream("posthouse.toml")
            ?? throw new InvalidOperationException("posthouse.toml is not part of the build");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The shipped text with its ports and paths replaced; everything else stays as it is.</summary>
    public static string For(string folder, int lmtpPort, int imapPort)
    {
        var text = new StringBuilder(Shipped());
        Replace(text, "\"127.0.0.1:2525\"", "\"127.0.0.1:0\"");
        Replace(text, "\"127.0.0.1:2465\"", "\"127.0.0.1:0\"");
        Replace(text, "port = 24\n", string.Create(CultureInfo.InvariantCulture, $"port = {lmtpPort}\n"));
        Replace(text, "port = 143\n", string.Create(CultureInfo.InvariantCulture, $"port = {imapPort}\n"));
        Replace(text, "\"mail.mydomain.org\"", "\"localhost\"");
        Replace(text, "file:///etc/posthouse/certificate.pem", $"file://{CertificatePath(folder)}");
        Replace(text, "file:///etc/posthouse/private-key.pem", $"file://{KeyPath(folder)}");
        Replace(text, "/var/lib/posthouse/queue", Path.Combine(folder, "queue"));
        return text.ToString();
    }

    public static string CertificatePath(string folder) => Path.Combine(folder, "certificate.pem");

    public static string KeyPath(string folder) => Path.Combine(folder, "private-key.pem");

    // A text that is not there, or there twice, is a slip in the shipped file, not a reason to run on something else.
    static void Replace(StringBuilder text, string shipped, string actual)
    {
        var whole = text.ToString();
        var at = whole.IndexOf(shipped, StringComparison.Ordinal);
        if (at < 0 || whole.IndexOf(shipped, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"posthouse.toml must hold {shipped.TrimEnd()} once");
        text.Remove(at, shipped.Length).Insert(at, actual);
    }
}
