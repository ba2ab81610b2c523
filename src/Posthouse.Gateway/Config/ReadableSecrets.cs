using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config;

/// <summary>Warns of secrets in files that every user of the machine may read, once a file.</summary>
static class ReadableSecrets
{
    /// <summary>At a value that is one, or names the file of one. What the environment holds is its own affair.</summary>
    public static void Warn(TomlNode node, ReadScope scope)
    {
        if (node is TomlArray array)
        {
            foreach (var item in array.Items)
                Warn(item, scope);
        }
        else if (node is TomlText text)
        {
            if (Macros.FileOf(text) is { } path)
                WarnOf(path, node, scope);
            else if (!Macros.NamesVariable(text))
                WarnOf(node.Place.File, node, scope);
        }
    }

    /// <summary>At what names a file that holds some.</summary>
    public static void WarnOf(string path, TomlNode node, ReadScope scope)
    {
        if (IsOpen(path) && scope.OpenFiles.Add(path))
            scope.Findings.Warn(node, $"is a secret in {ConfigFindings.QuotedPath(path)}, which every user of this machine may read: chmod o-r");
    }

    static bool IsOpen(string path)
    {
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            return (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Whoever reads it tells of that.
            return false;
        }
    }
}
