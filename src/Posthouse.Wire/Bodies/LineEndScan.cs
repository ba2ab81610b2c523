namespace Posthouse.Wire.Bodies;

/// <summary>
/// Notices what BDAT (RFC 3030) could carry past a reader of lines: a bare CR or LF, and NUL. A message with one of them could be cut in
/// two by a next hop (CVE-2023-51764), whichever command brought it here. Safe under any cut of the same octets.
/// </summary>
public struct LineEndScan
{
    bool _afterCarriageReturn;

    /// <summary>A carriage return or a line feed stood alone somewhere.</summary>
    public bool SawBareControl { get; private set; }

    /// <summary>A NUL octet stood somewhere.</summary>
    public bool SawNul { get; private set; }

    /// <summary>Looks through the next octets of the message.</summary>
    public void Feed(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        SawNul |= octets.Contains((byte)0);
        if (_afterCarriageReturn && octets[0] != '\n')
            SawBareControl = true;
        var first = _afterCarriageReturn ? 1 : 0;
        _afterCarriageReturn = octets[^1] == '\r';
        var rest = octets.Length >= first && octets[0] == '\n' ? octets[first..] : octets;
        while (!SawBareControl && rest.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var control)
        {
            var isLast = control == rest.Length - 1;
            if (rest[control] == '\n' || (!isLast && rest[control + 1] != '\n'))
                SawBareControl = true;
            rest = isLast ? default : rest[(control + 2)..];
        }
    }

    /// <summary>The message is over: a CR that still waits for its LF is a bare one.</summary>
    public void End() => SawBareControl |= _afterCarriageReturn;
}
