using System.Globalization;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Reference;

/// <summary>A key's default as an operator would write it, or in words.</summary>
static class DefaultText
{
    static readonly (string Name, TimeSpan Length)[] Units =
        [("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1))];

    public static string Of(KeyDescription key)
    {
        if (key.IsRequired)
            return "required";
        if (key.DefaultNote is { } note)
            return note;
        // Where false switches a key off, nothing written is the same.
        if (key.TypeName.EndsWith(", or false", StringComparison.Ordinal) && key.Default is 0 or 0L)
            return "off";
        return Of(key.Default);
    }

    static string Of(object? value) => value switch
    {
        null or "" => "none",
        bool flag => flag ? "`true`" : "`false`",
        int number => $"`{number.ToString(CultureInfo.InvariantCulture)}`",
        long octets => octets == 0 ? "none" : $"`\"{octets / 1048576}MiB\"`",
        TimeSpan time => time == TimeSpan.Zero ? "off" : $"`\"{Duration(time)}\"`",
        IEnumerable<TimeSpan> times => times.Any() ? $"`[{string.Join(", ", times.Select(time => $"\"{Duration(time)}\""))}]`" : "none",
        string text => $"`\"{text}\"`",
        Enum word => $"`\"{Hyphened(word.ToString())}\"`",
        System.Collections.ICollection { Count: 0 } or LookupLadder { IsNone: true } => "none",
        _ => "off",
    };

    static string Duration(TimeSpan time)
    {
        var unit = Array.Find(Units, unit => time.Ticks % unit.Length.Ticks == 0);
        return $"{(time.Ticks / unit.Length.Ticks).ToString(CultureInfo.InvariantCulture)}{unit.Name}";
    }

    static string Hyphened(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : c.ToString()));
}
