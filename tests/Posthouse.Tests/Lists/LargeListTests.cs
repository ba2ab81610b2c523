using Posthouse.Gateway.Lists;

namespace Posthouse.Tests.Lists;

/// <summary>A million entries are to take less than 150 MB and two seconds; bench/ measures that, here a tenth is bounded by a tenth of it.</summary>
public sealed class LargeListTests : IDisposable
{
    const int Entries = 100_000;
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-list-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("given.name{0}@department{1}.example.org", "given.name77777@department77.example.org")]
    [InlineData("user{0}@example.org:secret-of-{0}", null)]
    [InlineData("2001:db8:{1:x}:{0:x}::/64", "2001:db8:4d:2fd1::1")]
    public void A_hundred_thousand_entries_take_less_than_15_MB(string form, string? member)
    {
        var path = Path.Combine(_folder.FullName, "list");
        File.WriteAllLines(path, Enumerable.Range(0, Entries).Select(i =>
            string.Format(System.Globalization.CultureInfo.InvariantCulture, form, form.Contains("/64", StringComparison.Ordinal) ? i % 65536 : i, i / 1000)));
        ListFile.Read(path);
        // What this thread has allocated: the garbage of reading is counted as well.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var content = ListFile.Read(path).Content!;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Entries, content.Count);
        Assert.True(member is null || content.Contains(member));
        Assert.InRange(allocated, 1, 15_000_000);
    }
}
