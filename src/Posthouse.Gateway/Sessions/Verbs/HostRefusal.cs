using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>
/// A remote host's refusal as the client may see it: class and text stay, words that name a machine are cut, since they tell
/// strangers how the inside looks.
/// </summary>
static class HostRefusal
{
    const int MostCharacters = 200;

    public static Reply ForClient(Reply? host, Mailbox recipient)
    {
        if (host is null || !(host.IsPermanent || host.IsTransient))
            return Replies.Undecided;
        // 421 would end the session, and the rest of 5yz answers commands that this client did not give.
        var code = host.Code is >= 450 and <= 452 or >= 550 and <= 554 ? host.Code : host.IsPermanent ? 550 : 451;
        var enhanced = host.Enhanced is { } given ? given with { Class = code / 100 } : new EnhancedCode(code / 100, 7, 1);
        var words = host.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => !NamesMachine(word, recipient.Domain));
        var text = string.Join(' ', words);
        if (text.Length == 0)
            text = "Recipient refused";
        return new(code, enhanced, text.Length > MostCharacters ? text[..MostCharacters] : text);
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
