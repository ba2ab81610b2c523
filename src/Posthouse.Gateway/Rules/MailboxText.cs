namespace Posthouse.Gateway.Rules;

/// <summary>Mailboxes as text that came from a configuration or a session.</summary>
static class MailboxText
{
    /// <summary>The text with its domain, what follows the last <c>@</c>, in lower case; a text without one is left as it is.</summary>
    public static string Normalise(string text)
    {
        var domain = text.LastIndexOf('@') + 1;
        if (domain == 0 || !text.AsSpan(domain).ContainsAnyInRange('A', 'Z'))
            return text;
        return string.Concat(text.AsSpan(0, domain), text[domain..].ToLowerInvariant());
    }
}
