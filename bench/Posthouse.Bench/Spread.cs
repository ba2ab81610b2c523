using System.Globalization;

namespace Posthouse.Bench;

/// <summary>Several runs of one thing, told as <c>min / median / max</c>.</summary>
sealed class Spread
{
    readonly List<double> _values = [];

    public double Median => Sorted()[_values.Count / 2];

    public void Add(double value) => _values.Add(value);

    public string Text(string format)
    {
        var sorted = Sorted();
        return string.Join(" / ", ((double[])[sorted[0], Median, sorted[^1]]).Select(value => value.ToString(format, CultureInfo.InvariantCulture)));
    }

    public static async Task<Spread> OfAsync(int runs, Func<Task<double>> run)
    {
        var spread = new Spread();
        for (var i = 0; i < runs; i++)
            spread.Add(await run());
        return spread;
    }

    double[] Sorted()
    {
        double[] sorted = [.. _values];
        Array.Sort(sorted);
        return sorted;
    }
}
