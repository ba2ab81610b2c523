using System.Runtime.CompilerServices;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Reference;

namespace Posthouse.Tests.Config;

public class ReferencePageTests
{
    [Fact]
    public void The_reference_page_says_what_the_checker_goes_by()
    {
        var written = ReferencePage.Write();
        var path = Path.Combine(Root, "docs", "configuration.md");
        if (Environment.GetEnvironmentVariable("POSTHOUSE_UPDATE_DOCS") == "1")
            File.WriteAllText(path, written);
        Assert.True(File.ReadAllText(path) == written, "docs/configuration.md is stale: run this test with POSTHOUSE_UPDATE_DOCS=1");
    }

    [Fact]
    public void Every_key_has_its_meaning_in_sentences_of_one_line() =>
        Assert.All(ConfigSchema.Shapes.SelectMany(shape => shape.Keys), key => Assert.Matches("^([A-Z]|[a-z]+: )[^\r\n]{8,400}\\.$", key.Meaning));

    [Fact]
    public void Every_key_stands_on_the_page_with_its_stage()
    {
        var rows = ReferencePage.Write().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        Assert.Equal(ConfigSchema.Shapes.Sum(shape => shape.Keys.Count), rows.Count);
        Assert.DoesNotContain(rows, row => row.Contains("|  |", StringComparison.Ordinal));
    }

    static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
