namespace Posthouse.Gateway.Control;

/// <summary>What a file looks like from outside; default = there is none, or none that may be looked at.</summary>
/// <param name="Exists">False = default.</param>
/// <param name="Length">In octets; 0 for a folder.</param>
/// <param name="Written">When its content, or the entries of a folder, last changed.</param>
readonly record struct FileState(bool Exists, long Length, DateTime Written)
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
}
