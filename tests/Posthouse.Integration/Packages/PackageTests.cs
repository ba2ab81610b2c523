using System.IO.Compression;
using System.Xml.Linq;

namespace Posthouse.Integration.Packages;

/// <summary>What ./test has packed (<c>POSTHOUSE_PACKAGES</c>) is what a user of the packages is promised.</summary>
public class PackageTests
{
    [Theory]
    [InlineData("Posthouse.Wire")]
    [InlineData("Posthouse.Remotes", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Posthouse.Wire")]
    public void A_package_depends_on_this_and_no_more(string id, params string[] dependencies)
    {
        using var package = Open(id, "nupkg");
        var manifest = Manifest(package, id);

        Assert.Equal(dependencies, manifest.Descendants().Where(each => each.Name.LocalName == "dependency").Select(each => (string?)each.Attribute("id")).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(manifest.Descendants(), each => each.Name.LocalName is "frameworkReference" or "frameworkAssembly");
    }

    [Theory]
    [InlineData("Posthouse.Wire")]
    [InlineData("Posthouse.Remotes")]
    public void A_package_has_documentation_a_readme_a_licence_and_tags(string id)
    {
        using var package = Open(id, "nupkg");
        var manifest = Manifest(package, id);

        Assert.Equal([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains(XDocument.Load(package.GetEntry($"lib/net10.0/{id}.xml")!.Open()).Descendants("member"), each => each.Element("summary") is not null);
        Assert.True(package.GetEntry(Value(manifest, "readme"))!.Length > 0);
        Assert.Equal("Apache-2.0", Value(manifest, "license"));
        Assert.Contains("imap", Value(manifest, "tags").Split(' '));
        Assert.NotEmpty(Value(manifest, "description"));
    }

    [Theory]
    [InlineData("Posthouse.Wire")]
    [InlineData("Posthouse.Remotes")]
    public void A_package_has_its_symbols_beside_it(string id)
    {
        using var symbols = Open(id, "snupkg");

        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
    }

    static ZipArchive Open(string id, string extension)
    {
        var folder = Environment.GetEnvironmentVariable("POSTHOUSE_PACKAGES");
        Assert.SkipWhen(folder is null, "Packages are packed by ./test.");
        return ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, $"{id}.*.{extension}")));
    }

    static XDocument Manifest(ZipArchive package, string id)
    {
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(stream);
    }

    static string Value(XDocument manifest, string name) => Assert.Single(manifest.Descendants(), each => each.Name.LocalName == name).Value;
}
