namespace Posthouse.Integration.Corpus;

/// <summary>The committed messages, exact bytes, in the shapes that real mail has.</summary>
static class CorpusMessages
{
    static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Corpus", "Messages");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(_folder, "*.eml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_folder, name + ".eml"));
}
