using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>
/// A remote host's words as the client may see them: those that name a machine are cut, since they tell strangers how the inside
/// looks.
/// </summary>
static class HostWords
{
    const int MostCharacters = 200;

    public static string ForClient(Reply host, Mailbox recipient)
    {
        var words = host.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => !NamesMachine(word, recipient.Domain));
        var text = string.Join(' ', words);
        return text.Length > MostCharacters ? text[..MostCharacters] : text;
    }

    static bool NamesMachine(string word, string domain)
    {
        var bare = word.Trim("()[]<>{}\"',;:.!?".ToCharArray());
        // Of addresses those in the domain that the client named stay.
        if (bare.Contains('@', StringComparison.Ordinal))
            return !bare.EndsWith($"@{domain}", StringComparison.OrdinalIgnoreCase);
        var name = bare.LastIndexOf(':') is > 0 and var colon && bare[(colon + 1)..].All(char.IsAsciiDigit) ? bare[..colon] : bare;
        return name.IndexOf('.', StringComparison.Ordinal) > 0 || (bare.Contains("::", StringComparison.Ordinal) || bare.Count(c => c == ':') > 1);
    }
}
