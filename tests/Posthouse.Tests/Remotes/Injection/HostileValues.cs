using System.Text;
using CsCheck;
using Posthouse.Tests.Wire;
using Posthouse.Wire.Addresses;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>Values as an attacker would choose them, mixed with ordinary ones. Hostile text is made of known pieces.</summary>
static class HostileValues
{
    static readonly string[] Pieces =
    [
        "a", "jane", "example.org", "b@c", " ", "\r\n", "\n", "\r", "\0", "\t", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\ud800", "\udc00", "ü", "日",
        "\u202e", "\ufeff", "\"", "\\", "<", ">", "<>", "@", ":", ";", ",", "=", "+", "*", "%", "(", ")", "{5}", "{5+}", "{5+}\r\n", "NIL", "~{3}", "..", ".",
        "\r\nRCPT TO:<v@w>\r\n", "a@b> NOTIFY=NEVER SIZE=1 <", "a@b>\nDATA", "+0D+0AQUIT", "\\x{0D}\\x{0A}", "\"\r\na2 LOGOUT", "\0victim\0pw",
        "\u0001auth=Bearer y", ",a=admin", "=2C", "=3D", "\r\nMAIL FROM:<>", "rfc822;", "utf-8;", " SMTPUTF8", new string('l', 60), new string('x', 300),
    ];

    /// <summary>Ordinary text: visible ASCII, of a length that every limit allows. A value like that must go out.</summary>
    public static Gen<string> Ordinary { get; } = Gen.Char['!', '~'].Array[1, 20].Select(characters => new string(characters));

    public static Gen<string> Text { get; } = Gen.OneOf(
        Ordinary,
        Pick.From(Pieces),
        Pick.From(Pieces).Array[0, 6].Select(pieces => string.Concat(pieces)),
        Gen.Select(Ordinary, Pick.From(Pieces), Ordinary).Select((before, piece, after) => before + piece + after),
        Gen.Int[0, 3000].Select(length => new string('x', length)));

    /// <summary>A secret is octets, which need not be text.</summary>
    public static Gen<byte[]> Octets { get; } = Gen.OneOf(
        Text.Select(text => Encoding.UTF8.GetBytes(text)),
        Gen.Byte.Array[0, 30],
        Gen.Select(Ordinary, Gen.Byte.Array[1, 3], Ordinary).Select((before, odd, after) => (byte[])[.. Encoding.UTF8.GetBytes(before), .. odd, .. Encoding.UTF8.GetBytes(after)]));

    /// <summary>What of the text can be a mailbox at all, in quotes or without; the rest never gets as far as a host.</summary>
    public static Gen<Mailbox> Mailboxes { get; } = Gen.Select(Text, Gen.Bool, Pick.From("example.org", "X.y", "[1.2.3.4]", "[IPv6:::1]", "ü.example")).Select((local, isQuoted, domain) =>
    {
        var written = isQuoted ? $"\"{local.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : local;
        return Mailbox.TryParse($"{written}@{domain}", out var quoted) ? quoted
            : Mailbox.TryParse(local, out var whole) ? whole
            : SandboxedHost.MailboxOf("\"a\\\"> \\\\<b\"@x");
    });

    public static bool IsOrdinary(ReadOnlySpan<byte> value) => value.Length is >= 1 and <= 255 && !value.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    public static bool IsOrdinary(string value) => IsOrdinary(Encoding.UTF8.GetBytes(value));
}
