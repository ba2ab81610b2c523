using System.Text;
using Posthouse.Wire.Encodings;

namespace Posthouse.Wire.Commands;

/// <summary>
/// What XCLIENT can tell, in the order in which it is told: a host may take no more XCLIENT once it has heard the address.
/// </summary>
public enum XClientName
{
    /// <summary><c>SMTP</c> or <c>ESMTP</c>.</summary>
    Proto,

    /// <summary>What the client called itself in HELO or EHLO.</summary>
    Helo,

    /// <summary>The user name it has logged in by.</summary>
    Login,

    /// <summary>The address that it connected to.</summary>
    DestAddr,

    /// <summary>The port that it connected to.</summary>
    DestPort,

    /// <summary>The client's port.</summary>
    Port,

    /// <summary>The name of the client's address in the DNS.</summary>
    Name,

    /// <summary>The client's address; one of IPv6 has <c>IPV6:</c> before it.</summary>
    Addr,
}

/// <summary>One attribute of XCLIENT, as Postfix's XCLIENT_README has it: <c>attribute-name "=" xtext</c>.</summary>
/// <param name="Name">What it tells.</param>
/// <param name="Value">Decoded; null = not known, <c>[UNAVAILABLE]</c>.</param>
public readonly record struct XClientField(XClientName Name, string? Value)
{
    /// <summary>Longest value in octets of xtext, so that each attribute fits a line of its own.</summary>
    public const int MaxValue = 480;

    internal const string Unavailable = "[UNAVAILABLE]";

    static readonly string[] Names = [.. Enum.GetNames<XClientName>().Select(name => name.ToUpperInvariant())];

    /// <summary>The name as the wire has it.</summary>
    internal string Keyword => Names[(int)Name];

    /// <summary>
    /// Whether a value can be told: printable US-ASCII, not empty, not too long, and none of the words that stand for an
    /// unknown value.
    /// </summary>
    public static bool CanCarry(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange(' ', '~') || IsUnknown(value))
            return false;
        var length = value.Length;
        foreach (var character in value)
            length += character is ' ' or '+' or '=' ? 2 : 0;
        return length <= MaxValue;
    }

    /// <summary>The name that a keyword of EHLO or of the command stands for, in any case.</summary>
    public static bool TryParseName(ReadOnlySpan<char> keyword, out XClientName name)
    {
        for (name = 0; (int)name < Names.Length; name++)
        {
            if (keyword.Equals(Names[(int)name], StringComparison.OrdinalIgnoreCase))
                return true;
        }

        name = default;
        return false;
    }

    /// <summary>Reads the argument of XCLIENT: one or more attributes, each with a name that is known here.</summary>
    public static bool TryParse(ReadOnlySpan<byte> argument, out IReadOnlyList<XClientField> attributes)
    {
        var read = new List<XClientField>();
        attributes = read;
        foreach (var range in argument.Split((byte)' '))
        {
            var word = argument[range];
            var equals = word.IndexOf((byte)'=');
            if (equals < 0 || !TryParseName(Encoding.Latin1.GetString(word[..equals]), out var name)
                || !XText.TryDecode(word[(equals + 1)..], out var value) || value.Length == 0)
                return false;
            read.Add(new XClientField(name, IsUnknown(value) ? null : value));
        }

        return true;
    }

    static bool IsUnknown(string value) =>
        value.Equals(Unavailable, StringComparison.OrdinalIgnoreCase) || value.Equals("[TEMPUNAVAIL]", StringComparison.OrdinalIgnoreCase);
}
