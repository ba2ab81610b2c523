using System.Text;

namespace Posthouse.Sandbox.Smtp;

/// <summary>AUTH for the journal: the mechanism is shown, what follows is not.</summary>
static class SmtpMask
{
    public static string Auth(ReadOnlySpan<byte> line)
    {
        var mechanism = line.IndexOf((byte)' ') + 1;
        var blank = mechanism == 0 ? -1 : line[mechanism..].IndexOf((byte)' ');
        return blank < 0 ? Encoding.ASCII.GetString(line) : Encoding.ASCII.GetString(line[..(mechanism + blank)]) + " ****";
    }
}
