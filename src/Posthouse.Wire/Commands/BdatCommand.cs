using System.Text;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary>A parsed <c>BDAT</c> (RFC 3030 section 2).</summary>
/// <param name="Length">Octets that follow, 0 to 2^63-1.</param>
/// <param name="IsLast">Whether LAST was given.</param>
public readonly record struct BdatCommand(long Length, bool IsLast)
{
    /// <summary>Reads the argument; false means the stream's position is lost and the connection must close.</summary>
    public static bool TryParse(ReadOnlySpan<byte> argument, out BdatCommand command)
    {
        command = default;
        // bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ]
        var blank = argument.IndexOf((byte)' ');
        var isLast = blank >= 0;
        if (isLast && !Ascii.EqualsIgnoreCase(argument[(blank + 1)..], "LAST"u8))
            return false;
        if (!Digits.TryParse(isLast ? argument[..blank] : argument, 20, out var length))
            return false;
        command = new BdatCommand(length, isLast);
        return true;
    }
}
