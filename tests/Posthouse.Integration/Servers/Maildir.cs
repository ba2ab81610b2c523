using System.Text;

namespace Posthouse.Integration.Servers;

/// <summary>How a server writes the ends of lines in its files: Dovecot was told to keep CRLF, Postfix always writes LF.</summary>
enum LineEnd
{
    Crlf,
    Lf,
}

/// <summary>What a server delivered to one mailbox, byte for byte with CRLF.</summary>
sealed class Maildir(string path, LineEnd lines)
{
    /// <summary>The message that holds <paramref name="mark"/>, once it is there.</summary>
    public Task<byte[]> MessageWithAsync(string mark, TimeSpan? patience = null)
    {
        var octets = Encoding.ASCII.GetBytes(mark);
        return FindAsync($"a message with {mark}", message => message.AsSpan().IndexOf(octets) >= 0, patience);
    }

    /// <summary>The message that is <paramref name="original"/> below what the hosts on its way put above.</summary>
    public Task<byte[]> MessageEndingWithAsync(byte[] original)
        => FindAsync($"a message that ends with\n{Encoding.Latin1.GetString(original)}\n", message => message.AsSpan().EndsWith(original), patience: null);

    public Task<byte[]> FindAsync(string what, Predicate<byte[]> isIt, TimeSpan? patience)
        => Eventually.FindAsync($"{what} in {path}", () => Messages().FirstOrDefault(message => isIt(message)), patience);

    IEnumerable<byte[]> Messages()
    {
        string[] folders = [Path.Combine(path, "new"), Path.Combine(path, "cur")];
        return folders.Where(Directory.Exists).SelectMany(Directory.GetFiles).Select(file => lines == LineEnd.Crlf ? File.ReadAllBytes(file) : WithCrlf(File.ReadAllBytes(file)));
    }

    static byte[] WithCrlf(byte[] message) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(message).Replace("\n", "\r\n", StringComparison.Ordinal));
}
