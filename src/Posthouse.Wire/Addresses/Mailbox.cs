using System.Buffers;

namespace Posthouse.Wire.Addresses;

/// <summary>
/// A mailbox (RFC 5321 section 4.1.2) in one normal form: the local part unquoted and as given, the domain in lower
/// case. Two spellings of one mailbox are equal, so it can stand as a cache key. A null reverse-path is a null reference.
/// </summary>
public sealed record Mailbox
{
    Mailbox(string localPart, string domain, bool isUtf8)
    {
        LocalPart = localPart;
        Domain = domain;
        IsUtf8 = isUtf8;
    }

    /// <summary>The local part without quotes or escapes, case as given; 1 to 64 octets (0 only inside quotes).</summary>
    public string LocalPart { get; }

    /// <summary>The domain in lower case, an address literal with its brackets, or empty for a bare <c>Postmaster</c>.</summary>
    public string Domain { get; }

    /// <summary>Whether writing it needs SMTPUTF8 (RFC 6531).</summary>
    public bool IsUtf8 { get; }

    /// <summary>Reads <c>local-part@domain</c> without angle brackets or source route, as in VRFY or a configuration file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, out Mailbox mailbox) => throw new NotImplementedException();

    /// <summary>Reads <c>local-part@domain</c> from text.</summary>
    public static bool TryParse(string text, out Mailbox mailbox) => throw new NotImplementedException();

    /// <summary>Writes <c>local-part@domain</c>, quoting the local part where it must be; never a control octet.</summary>
    public void WriteTo(IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>The same as <see cref="WriteTo"/> as text.</summary>
    public override string ToString() => throw new NotImplementedException();
}
