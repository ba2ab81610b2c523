namespace Posthouse.Gateway.Reports;

/// <summary>What a host said, as strangers may see it: words that name a machine are cut, since they tell how the inside looks.</summary>
static class HostWords
{
    /// <param name="text">The host's text, printable.</param>
    /// <param name="domain">The recipient's domain; addresses in it stay.</param>
    /// <param name="most">Characters at most.</param>
    internal static string WithoutMachines(string text, string domain, int most = int.MaxValue)
    {
        var words = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => !NamesMachine(word, domain)));
        return words.Length > most ? words[..most] : words;
    }

    static bool NamesMachine(string word, string domain)
    {
        var bare = word.Trim("()[]<>{}\"',;:.!?".ToCharArray());
        // How to be taken off a list, or what a code means: written for the sender.
        if (bare.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return !Uri.TryCreate(bare, UriKind.Absolute, out var page) || !page.IsDefaultPort || page.HostNameType != UriHostNameType.Dns;
        // Of addresses those in the domain that the sender named stay.
        if (bare.Contains('@', StringComparison.Ordinal))
            return !bare.EndsWith($"@{domain}", StringComparison.OrdinalIgnoreCase);
        var name = bare.LastIndexOf(':') is > 0 and var colon && bare[(colon + 1)..].All(char.IsAsciiDigit) ? bare[..colon] : bare;
        return name.IndexOf('.', StringComparison.Ordinal) > 0 || (bare.Contains("::", StringComparison.Ordinal) || bare.Count(c => c == ':') > 1);
    }
}
