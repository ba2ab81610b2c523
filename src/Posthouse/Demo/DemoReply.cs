namespace Posthouse.Demo;

/// <summary>A reply as the client read it.</summary>
/// <param name="Lines">Whole lines, codes included; at least one.</param>
sealed record DemoReply(IReadOnlyList<string> Lines)
{
    /// <summary>The code, and the enhanced code where the text begins with one: <c>235 2.7.0</c>.</summary>
    public string Codes
    {
        get
        {
            var last = Lines[^1];
            if (last.Length < 5)
                return last.TrimEnd();
            var word = last[4..].Split(' ', 2)[0];
            var isEnhanced = word.Length >= 5 && word[0] == last[0] && word[1] == '.' && word.All(c => c == '.' || char.IsAsciiDigit(c));
            return isEnhanced ? $"{last[..3]} {word}" : last[..3];
        }
    }

    public bool Begins(char digit) => Lines[^1][0] == digit;

    /// <summary>Whether a line of an EHLO reply offers this keyword, with these words among its parameters.</summary>
    public bool Offers(string keyword, params ReadOnlySpan<string> parameters)
    {
        foreach (var line in Lines.Skip(1))
        {
            var words = line[4..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var first, .. var rest] || !first.Equals(keyword, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var parameter in parameters)
            {
                if (!rest.Contains(parameter, StringComparer.OrdinalIgnoreCase))
                    return false;
            }

            return true;
        }

        return false;
    }
}
