using System.Globalization;

namespace Posthouse.Gateway.Config.Values;

/// <summary>Durations, sizes and rates as text (DIALECT §1). Blanks and case do not count.</summary>
static class Units
{
    static readonly (string Name, long Milliseconds)[] Times =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    // Decimal and binary, as the names say: 25MB = 25 000 000, 25MiB = 26 214 400.
    static readonly (string Name, long Octets)[] Sizes =
    [
        ("b", 1), ("kb", 1000), ("mb", 1_000_000), ("gb", 1_000_000_000),
        ("kib", 1L << 10), ("mib", 1L << 20), ("gib", 1L << 30),
    ];

    static readonly (string Name, long Octets)[] WrittenSizes = [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    /// <summary>About 100 years; more is a slip, and too much for a timer.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary><c>30s</c>, <c>1h30m</c>; a bare number is milliseconds, as the era had it.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration, out bool isBare)
    {
        duration = default;
        isBare = TryParseSum(text, Times, isCompound: true, out var milliseconds, out var units) && units == 0;
        if (units < 0 || milliseconds > Longest.TotalMilliseconds)
            return false;
        duration = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    public static bool TryParseSize(string text, out long octets) =>
        TryParseSum(text, Sizes, isCompound: false, out octets, out _);

    /// <summary><c>25/1h</c>.</summary>
    public static bool TryParseRate(string text, out Rate rate)
    {
        rate = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !long.TryParse(text.AsSpan(0, slash).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            return false;
        if (!TryParseDuration(text[(slash + 1)..], out var period, out var isBare) || isBare || period <= TimeSpan.Zero)
            return false;
        rate = new Rate(count, period);
        return true;
    }

    /// <summary><c>1h30m</c>; <c>0s</c> for none.</summary>
    public static string WriteDuration(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        var text = "";
        foreach (var (unit, length) in Times.Reverse())
        {
            if (rest / length > 0)
                text += string.Create(CultureInfo.InvariantCulture, $"{rest / length}{unit}");
            rest %= length;
        }
        return text.Length == 0 ? "0s" : text;
    }

    /// <summary><c>25MiB</c>, in the largest unit that holds it whole.</summary>
    public static string WriteSize(long octets)
    {
        var (unit, length) = Array.Find(WrittenSizes, unit => octets % unit.Octets == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{octets / length}{unit}");
    }

    /// <summary>Sums number and unit pairs, each unit smaller than the one before. <paramref name="units"/>: how many; 0 = a bare number, -1 = malformed.</summary>
    static bool TryParseSum(string text, (string Name, long Factor)[] known, bool isCompound, out long sum, out int units)
    {
        sum = 0;
        units = -1;
        var rest = string.Concat(text.Where(c => c is not (' ' or '\t'))).AsSpan();
        var found = 0;
        var last = long.MaxValue;
        while (!rest.IsEmpty)
        {
            var digits = CountOf(rest, digit: true);
            var letters = CountOf(rest[digits..], digit: false);
            if (digits is 0 or > 15 || digits + letters == 0)
                return false;
            var number = long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            if (letters == 0)
            {
                units = digits == rest.Length && found == 0 ? 0 : -1;
                sum = number;
                return units == 0;
            }
            var factor = FactorOf(rest.Slice(digits, letters), known);
            if (factor == 0 || factor >= last || number > long.MaxValue / 4 / factor || (found > 0 && !isCompound))
                return false;
            sum += number * factor;
            last = factor;
            found++;
            rest = rest[(digits + letters)..];
        }
        units = found == 0 ? -1 : found;
        return found > 0;
    }

    static int CountOf(ReadOnlySpan<char> text, bool digit)
    {
        var count = 0;
        while (count < text.Length && (digit ? char.IsAsciiDigit(text[count]) : !char.IsAsciiDigit(text[count])))
            count++;
        return count;
    }

    static long FactorOf(ReadOnlySpan<char> name, (string Name, long Factor)[] known)
    {
        foreach (var unit in known)
            if (name.Equals(unit.Name, StringComparison.OrdinalIgnoreCase))
                return unit.Factor;
        return 0;
    }
}

/// <summary>So many in a period.</summary>
readonly record struct Rate(long Count, TimeSpan Period);
