using System.Text;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Sessions;

/// <summary>What a client said, on its way into a log: written out only if it is logged, short, and nothing in it can forge a line or drive a terminal.</summary>
readonly record struct ClientText(object Said)
{
    const int Most = 64;

    public static implicit operator ClientText(string said) => new(said);

    public static implicit operator ClientText(Mailbox said) => new(said);

    public override string ToString()
    {
        var text = Said.ToString() ?? "";
        var shown = new StringBuilder(Math.Min(text.Length, Most));
        foreach (var c in text.Length > Most ? text.AsSpan(0, Most) : text)
            shown.Append((c is > ' ' and <= '~' and not ('"' or '\\')) || (c > '~' && char.IsLetterOrDigit(c)) ? c : '?');
        return shown.ToString();
    }
}
