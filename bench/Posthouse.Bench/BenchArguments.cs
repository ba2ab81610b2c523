using System.Globalization;

namespace Posthouse.Bench;

/// <summary><c>name=value</c> words of the command line.</summary>
sealed class BenchArguments(IEnumerable<string> words)
{
    readonly Dictionary<string, string> _values = words.Select(w => w.Split('=', 2)).ToDictionary(p => p[0], p => p.Length > 1 ? p[1] : "", StringComparer.Ordinal);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
