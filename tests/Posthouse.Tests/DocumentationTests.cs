using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Posthouse.Tests;

/// <summary>What a package's user reads is held to what is compiled.</summary>
public partial class DocumentationTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Posthouse.Remotes/README.md")]
    public void The_code_shown_is_the_sample_that_is_built(string page)
    {
        var shown = Between(Read(page), "```csharp\n", "```");

        Assert.Equal(Between(Read("samples/RemoteHosts/Program.cs"), "// <snippet>\n", "// </snippet>"), shown);
        Assert.InRange(shown.Split('\n').Length, 10, 20);
    }

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("README.md")]
    public void What_a_page_links_to_is_there(string page)
    {
        var links = Link().Matches(Read(page)).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Root, link)), link));
    }

    // To a file of ours, without its anchor.
    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)([^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    // The compiler takes a public member without documentation for an error, unless somebody tells it not to.
    [Theory]
    [InlineData("src/Posthouse.Wire")]
    [InlineData("src/Posthouse.Remotes")]
    public void Nothing_public_in_a_package_goes_undocumented(string project)
    {
        var files = Directory.GetFiles(Path.Combine(Root, project), "*.cs*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).ToList();

        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(project) + ".xml")));
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => File.ReadAllText(file).Contains("1591", StringComparison.Ordinal));
    }

    static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        Assert.True(from >= start.Length, $"no {start}");
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
