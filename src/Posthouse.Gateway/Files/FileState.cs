namespace Posthouse.Gateway.Files;

/// <summary>What a file looks like from outside; default = there is none, or none that may be looked at.</summary>
/// <param name="Exists">False = default.</param>
/// <param name="Length">In octets; 0 for a folder.</param>
/// <param name="Written">When its content last changed, by whichever clock wrote it: it may lie ahead of ours.</param>
/// <param name="Entries">Of a folder, the names that were asked for, a line each; null otherwise.</param>
readonly record struct FileState(bool Exists, long Length, DateTime Written, string? Entries = null)
{
    /// <summary>Through symbolic links, since that is how certificates and mounted configurations are swapped.</summary>
    public static FileState Of(string path)
    {
        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            return info.Exists ? new(true, info is FileInfo file ? file.Length : 0, info.LastWriteTimeUtc) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>Of a folder, as far as a pattern goes: an editor's own files beside those that match are no change.</summary>
    public static FileState Of(string folder, string pattern)
    {
        try
        {
            return new(true, 0, default, string.Join('\n', Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
