using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Values;

/// <summary>The types of values that every section uses.</summary>
static class ConfigTypes
{
    public static ConfigType<bool> Flag { get; } = new("true or false", ReadFlag, ValueForm.Flag);

    public static ConfigType<string> Text { get; } = new("a string", ReadText, ValueForm.Text);

    /// <summary>Text that may end up in a reply or a command.</summary>
    public static ConfigType<string> Line { get; } = FromText("a line of printable ASCII", (string text, out string value) =>
        (value = text).Length is > 0 and <= 400 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'));

    public static ConfigType<string> HostName { get; } = FromText("a domain name", (string text, out string value) =>
        HostText.IsName(value = text), example: "\"mail.example.org\"", pattern: "^[A-Za-z0-9_.-]+$");

    public static ConfigType<TimeSpan> Duration { get; } = new("a duration such as \"30s\"", ReadDuration, ValueForm.Duration) { Example = "\"30s\"" };

    /// <summary>How old something may get.</summary>
    public static ConfigType<TimeSpan> Age { get; } = Duration.Where("a duration above zero", d => d > TimeSpan.Zero);

    /// <summary>What a timer waits for at most: the system's timers end at 49 days.</summary>
    public static ConfigType<TimeSpan> Deadline { get; } = Duration.Where("a duration above zero, at most \"24d\"", d => d > TimeSpan.Zero && d <= LongestTimer);

    /// <summary>A deadline that may be zero.</summary>
    public static ConfigType<TimeSpan> Pause { get; } = Duration.Where("a duration of at most \"24d\"", d => d <= LongestTimer);

    public static ConfigType<long> Size { get; } = new("a size such as 1048576 or \"25MB\"", ReadSize, ValueForm.Size) { Example = "\"25MiB\"" };

    public static ConfigType<Rate> Rate { get; } = FromText<Rate>(
        "a rate such as \"25/1h\", at least one in a period", Units.TryParseRate, example: "\"25/1h\"", pattern: @"^\s*[0-9]+\s*/[0-9 \tmshdMSHD]+$");

    public static ConfigType<int> Count(int min, int max)
    {
        var name = max == int.MaxValue ? $"an integer, at least {min}" : $"an integer from {min} to {max}";
        return new ConfigType<int>(name, (TomlNode node, ReadScope scope, out int value) =>
        {
            value = 0;
            if (node is not TomlInteger { Value: var number } || number < min || number > max)
                return scope.Expected(node, name, node is TomlText { Value: var text } && text.Length > 0 && text.All(char.IsAsciiDigit) ? ", without quotes" : "");
            value = (int)number;
            return true;
        }, new ValueForm.WholeNumber(min, max)) { Example = Math.Clamp(10, min, max).ToString(System.Globalization.CultureInfo.InvariantCulture) };
    }

    public static ConfigType<T> Choice<T>(params (string Word, T Value)[] words)
    {
        var name = "one of " + string.Join(", ", words.Select(w => w.Word));
        return new ConfigType<T>(name, (TomlNode node, ReadScope scope, out T value) =>
        {
            value = default!;
            if (node is not TomlText text)
                return scope.Expected(node, name);
            if (!Macros.TryExpand(text, scope.Findings, out var written))
                return false;
            foreach (var word in words)
            {
                if (word.Word.Equals(written, StringComparison.OrdinalIgnoreCase))
                {
                    value = word.Value;
                    return true;
                }
            }
            return scope.Expected(node, name, DidYouMean.Hint(written, words.Select(w => w.Word)));
        }, new ValueForm.Words([.. words.Select(w => w.Word)]))
        {
            Write = value => Array.Find(words, w => EqualityComparer<T>.Default.Equals(w.Value, value)).Word is { } word ? TomlWriter.Quoted(word) : null,
            Example = TomlWriter.Quoted(words[^1].Word),
        };
    }

    static TimeSpan LongestTimer => TimeSpan.FromDays(24);

    public delegate bool TextParser<T>(string text, out T value);

    /// <summary>A type that is written as a string; of which all match the pattern, where there is one.</summary>
    public static ConfigType<T> FromText<T>(string name, TextParser<T> parse, string? example = null, string? pattern = null) =>
        new(name, (TomlNode node, ReadScope scope, out T value) =>
        {
            value = default!;
            if (node is not TomlText text)
                return scope.Expected(node, name);
            return Macros.TryExpand(text, scope.Findings, out var written) && (parse(written, out value) || scope.Expected(node, name));
        }, pattern is null ? ValueForm.Text : new ValueForm.Matching(pattern)) { Example = example };

    static bool ReadFlag(TomlNode node, ReadScope scope, out bool value)
    {
        value = node is TomlFlag { Value: true };
        if (node is not TomlText text)
            return node is TomlFlag || scope.Expected(node, Flag.Name);
        if (!Macros.TryExpand(text, scope.Findings, out var written))
            return false;
        value = written == "true";
        return value || written == "false" || scope.Expected(node, Flag.Name);
    }

    static bool ReadText(TomlNode node, ReadScope scope, out string value)
    {
        value = "";
        return node is TomlText text ? Macros.TryExpand(text, scope.Findings, out value) : scope.Expected(node, Text.Name);
    }

    static bool ReadDuration(TomlNode node, ReadScope scope, out TimeSpan value)
    {
        value = default;
        var written = node switch
        {
            TomlInteger { Value: >= 0 } integer => integer.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            TomlText text => Macros.TryExpand(text, scope.Findings, out var expanded) ? expanded : null,
            _ => "",
        };
        if (written is null)
            return false;
        if (!Units.TryParseDuration(written, out value, out var isBare))
            return scope.Expected(node, Duration.Name, "; its units are ms, s, m, h and d");
        if (isBare && value != TimeSpan.Zero)
            scope.Findings.Warn(node, $"a number without unit is milliseconds; \"{written}ms\" says so");
        return true;
    }

    static bool ReadSize(TomlNode node, ReadScope scope, out long value)
    {
        value = 0;
        switch (node)
        {
            case TomlInteger { Value: >= 0 } integer:
                value = integer.Value;
                return true;
            case TomlText text:
                return Macros.TryExpand(text, scope.Findings, out var written)
                    && (Units.TryParseSize(written, out value) || scope.Expected(node, Size.Name, "; its units are B, KB, MB, GB, KiB, MiB and GiB"));
            default:
                return scope.Expected(node, Size.Name);
        }
    }
}
