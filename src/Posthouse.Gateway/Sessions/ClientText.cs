using System.Text;

namespace Posthouse.Gateway.Sessions;

/// <summary>What a client said, on its way into a log: short, and nothing in it can forge a line or drive a terminal.</summary>
static class ClientText
{
    const int Most = 64;

    public static string ForLog(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, Most));
        foreach (var c in text.Length > Most ? text.AsSpan(0, Most) : text)
            shown.Append(c is > ' ' and <= '~' and not ('"' or '\\') ? c : '?');
        return shown.ToString();
    }
}
