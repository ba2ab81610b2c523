namespace Posthouse.Wire.Addresses;

/// <summary>Reads <c>Reverse-path</c> and <c>Forward-path</c> (RFC 5321 section 4.1.2) in angle brackets.</summary>
internal static class MailPath
{
    /// <summary>Longest path in octets, brackets and source route included (RFC 5321 section 4.5.3.1.3).</summary>
    public const int MaxOctets = 256;

    /// <summary>Reads one path at the front of <paramref name="text"/>.</summary>
    /// <param name="text">Starts with <c>&lt;</c>.</param>
    /// <param name="allowUtf8">Whether non-ASCII UTF-8 is allowed (SMTPUTF8).</param>
    /// <param name="mailbox">The mailbox, or null for <c>&lt;&gt;</c>; a source route is dropped (appendix C).</param>
    /// <param name="consumed">Octets up to and with the closing bracket.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, bool allowUtf8, out Mailbox? mailbox, out int consumed)
    {
        mailbox = null;
        consumed = 0;
        if (text.StartsWith("<>"u8))
        {
            consumed = 2;
            return true;
        }

        if (text.IsEmpty || text[0] != '<')
            return false;
        var at = 1;
        var path = text[..Math.Min(text.Length, MaxOctets)];
        if (!TrySkipRoute(path, allowUtf8, ref at)
            || !LocalPart.TryRead(path[at..], allowUtf8, out var localPart, out var length))
            return false;
        at += length;
        // The bracket is sought behind the local part, since a quoted one may hold brackets.
        var close = path[at..].IndexOf((byte)'>');
        if (close < 1 || path[at] != '@' || !Mailbox.TryCreate(localPart, path.Slice(at + 1, close - 1), allowUtf8, out var found))
            return false;
        mailbox = found;
        consumed = at + close + 1;
        return true;
    }

    // A-d-l = At-domain *( "," At-domain ), then ":"; checked and dropped.
    static bool TrySkipRoute(ReadOnlySpan<byte> path, bool allowUtf8, ref int at)
    {
        while (at < path.Length && path[at] == '@')
        {
            var end = path[at..].IndexOfAny((byte)',', (byte)':');
            if (end < 0 || !Domain.TryNormalise(path.Slice(at + 1, end - 1), allowUtf8, out _))
                return false;
            at += end + 1;
            if (path[at - 1] == ':')
                return true;
            if (at == path.Length || path[at] != '@')
                return false;
        }

        return at == 1;
    }
}
