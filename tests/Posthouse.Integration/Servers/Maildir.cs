namespace Posthouse.Integration.Servers;

/// <summary>What a server delivered to one mailbox, byte for byte.</summary>
sealed class Maildir(string path)
{
    public IReadOnlyList<byte[]> Messages()
    {
        string[] folders = [Path.Combine(path, "new"), Path.Combine(path, "cur")];
        return [.. folders.Where(Directory.Exists).SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }

    /// <summary>The message that holds <paramref name="mark"/>, once it is there.</summary>
    public Task<byte[]> MessageWithAsync(string mark, TimeSpan? patience = null) => Eventually.FindAsync($"a message with {mark} in {path}", () =>
        Messages().FirstOrDefault(message => message.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(mark)) >= 0), patience);
}
