using System.Text;

namespace Posthouse.Sandbox.Imap;

/// <summary>A command for the journal: only commands known to hold no secret are shown with their arguments.</summary>
static class ImapMask
{
    public static string Show(string tag, string verb, ReadOnlySpan<byte> arguments)
    {
        switch (verb)
        {
            case "AUTHENTICATE":
                var mechanism = arguments.IsEmpty ? arguments : arguments[1..];
                var blank = mechanism.IndexOf((byte)' ');
                return $"{tag} {verb} {Encoding.ASCII.GetString(blank < 0 ? mechanism : mechanism[..blank])}{(blank < 0 ? "" : " ****")}";
            case "ID" or "ENABLE":
                return $"{tag} {verb}{Printable(arguments)}";
            default:
                return arguments.IsEmpty ? $"{tag} {verb}" : $"{tag} {verb} ****";
        }
    }

    static string Printable(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.ASCII.GetString(octets);
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
    }
}
