namespace Posthouse.Wire.Addresses;

/// <summary>Reads <c>Reverse-path</c> and <c>Forward-path</c> (RFC 5321 section 4.1.2) in angle brackets.</summary>
public static class MailPath
{
    /// <summary>Reads one path at the front of <paramref name="text"/>.</summary>
    /// <param name="text">Starts with <c>&lt;</c>.</param>
    /// <param name="allowUtf8">Whether non-ASCII UTF-8 is allowed (SMTPUTF8).</param>
    /// <param name="mailbox">The mailbox, or null for <c>&lt;&gt;</c>; a source route is dropped (appendix C).</param>
    /// <param name="consumed">Octets up to and with the closing bracket.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, bool allowUtf8, out Mailbox? mailbox, out int consumed) =>
        throw new NotImplementedException();
}
