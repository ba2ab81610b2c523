using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Posthouse.Wire.Addresses;

/// <summary>
/// A mailbox (RFC 5321 section 4.1.2) in one normal form: the local part unquoted and as given, the domain in lower
/// case. Two spellings of one mailbox are equal, so it can stand as a cache key. A null reverse-path is a null reference.
/// </summary>
public sealed record Mailbox
{
    // A path has at most 256 octets with its brackets (RFC 5321 section 4.5.3.1.3), so what cannot be sent is not a mailbox.
    const int MaxOctets = 254;

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

    /// <summary>The bare <c>Postmaster</c> that RCPT alone may name (RFC 5321 section 4.5.1).</summary>
    internal static Mailbox Postmaster { get; } = new("Postmaster", "", isUtf8: false);

    /// <summary>Reads <c>local-part@domain</c> without angle brackets or source route, as in VRFY or a configuration file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, out Mailbox mailbox)
    {
        mailbox = null!;
        return Addresses.LocalPart.TryRead(text, allowUtf8, out var localPart, out var consumed)
            && consumed < text.Length && text[consumed] == '@'
            && TryCreate(localPart, text[(consumed + 1)..], allowUtf8, out mailbox);
    }

    /// <summary>Reads <c>local-part@domain</c> from text.</summary>
    public static bool TryParse(string text, out Mailbox mailbox)
    {
        mailbox = null!;
        // The longest spelling, every octet of the local part escaped, has fewer octets than this.
        Span<byte> octets = stackalloc byte[512];
        return Utf8.FromUtf16(text, octets, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done
            && TryParse(octets[..written], allowUtf8: true, out mailbox);
    }

    /// <summary>Joins a local part that was read and a domain that was not.</summary>
    internal static bool TryCreate(string localPart, ReadOnlySpan<byte> domainText, bool allowUtf8, out Mailbox mailbox)
    {
        mailbox = null!;
        var isLiteral = !domainText.IsEmpty && domainText[0] == '[';
        if (isLiteral
            ? !AddressLiteral.TryNormalise(domainText, out var domain)
            : !Addresses.Domain.TryNormalise(domainText, allowUtf8, out domain))
            return false;
        var isUtf8 = !Ascii.IsValid(localPart) || !Ascii.IsValid(domain);
        var candidate = new Mailbox(localPart, domain, isUtf8);
        if (Encoding.UTF8.GetByteCount(candidate.ToString()) > MaxOctets)
            return false;
        mailbox = candidate;
        return true;
    }

    /// <summary>Writes <c>local-part@domain</c>, quoting the local part where it must be; never a control octet.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Encoding.UTF8.GetBytes(ToString(), output);
    }

    /// <summary>The same as <see cref="WriteTo"/> as text.</summary>
    public override string ToString()
    {
        var localPart = Addresses.LocalPart.Write(LocalPart);
        return Domain.Length == 0 ? localPart : string.Concat(localPart, "@", Domain);
    }
}
