namespace Posthouse.Gateway.Config.Schema;

/// <summary>Finds the word that a misspelt one was meant to be.</summary>
static class DidYouMean
{
    const int Longest = 64;

    /// <summary><c>; did you mean "…"?</c>, or nothing where no candidate is close.</summary>
    public static string Hint(string written, IEnumerable<string> candidates) =>
        Closest(written, candidates) is { } found ? $"; did you mean \"{found}\"?" : "";

    public static string? Closest(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > Longest)
            return null;
        string? best = null;
        var bound = Math.Min(Math.Max(1, written.Length / 3) + 1, written.Length);
        foreach (var candidate in candidates)
        {
            var distance = Distance(written, candidate);
            if (distance < bound)
                (best, bound) = (candidate, distance);
        }
        return best;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours, case apart.</summary>
    static int Distance(string a, string b)
    {
        if (b.Length > Longest)
            return int.MaxValue;
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }
        return rows[a.Length, b.Length];
    }

    static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
