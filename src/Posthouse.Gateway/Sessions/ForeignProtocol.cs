using System.Text;

namespace Posthouse.Gateway.Sessions;

/// <summary>
/// Lines that a browser sends. A page can make one talk to a mail port; the session ends before the page's form, which
/// follows the request, could be taken for commands.
/// </summary>
static class ForeignProtocol
{
    static readonly string[] Methods = ["GET", "POST", "PUT", "HEAD", "DELETE", "CONNECT", "OPTIONS", "PATCH", "TRACE", "PRI"];

    public static bool IsSpokenIn(ReadOnlySpan<byte> line)
    {
        var blank = line.IndexOf((byte)' ');
        if (blank <= 0)
            return false;
        var word = line[..blank];
        if (word[^1] == ':')
            return IsHeaderName(word[..^1]);
        foreach (var method in Methods)
        {
            if (Ascii.Equals(word, method))
                return true;
        }

        return false;
    }

    static bool IsHeaderName(ReadOnlySpan<byte> word)
    {
        foreach (var octet in word)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet != '-')
                return false;
        }

        return !word.IsEmpty;
    }
}
