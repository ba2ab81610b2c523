namespace Posthouse.Wire.Commands;

/// <summary>A parsed <c>BDAT</c> (RFC 3030 section 2).</summary>
/// <param name="Length">Octets that follow, 0 to 2^63-1.</param>
/// <param name="IsLast">Whether LAST was given.</param>
public readonly record struct BdatCommand(long Length, bool IsLast)
{
    /// <summary>Reads the argument; false means the stream's position is lost and the connection must close.</summary>
    public static bool TryParse(ReadOnlySpan<byte> argument, out BdatCommand command) => throw new NotImplementedException();
}
