using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Posthouse.Tests.Queue;

public class SyncTests
{
    /// <summary>.NET 10.0.12 returns as if all were well where the kernel could not write (HARDENING F1).</summary>
    [Fact]
    public void Nothing_is_synced_by_the_frameworks_own_means_since_they_hide_errors()
    {
        var sources = Directory.GetFiles(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src")), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(sources);
        Assert.DoesNotContain(sources, static file => Regex.IsMatch(File.ReadAllText(file), @"FlushToDisk|flushToDisk|\.Flush\(true\)|FileOptions\.WriteThrough"));
    }

    static string Here([CallerFilePath] string path = "") => path;
}
