using System.Text;

namespace Posthouse.Gateway.Sessions.Body;

/// <summary>
/// Counts the <c>Received</c> fields in which <c>by</c> names us, however the octets are cut. Keeps nothing of them but how far the words have matched.
/// </summary>
struct OwnTrace(string hostName)
{
    static readonly byte[] Field = "received"u8.ToArray();

    /// <summary>In lower case; a blank stands for any white space, and stands in it nowhere else but at the ends of the words.</summary>
    readonly byte[] _pattern = Encoding.UTF8.GetBytes($" by {hostName.ToLowerInvariant()} ");
    int _matched;
    int _name;
    bool _isInside;
    bool _isCounted;

    public int Seen { get; private set; }

    /// <summary>A line begins; white space means that it goes on with the field above.</summary>
    public void BeginLine(byte first)
    {
        if (first is (byte)' ' or (byte)'\t')
            return;
        (_name, _isInside, _isCounted, _matched) = (0, false, false, 0);
    }

    public void Feed(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            if (_isInside)
                Match(octet);
            else if (_name >= 0)
                _name = Advance(octet);
        }
    }

    /// <summary>How far the field's name has matched; -1 where it is another.</summary>
    int Advance(byte octet)
    {
        if (_name < Field.Length)
            return (octet | 0x20) == Field[_name] ? _name + 1 : -1;
        _isInside = octet == ':';
        return _isInside || octet == ' ' ? _name : -1;
    }

    void Match(byte octet)
    {
        var letter = octet is (byte)'\t' or (byte)'\r' or (byte)'\n' ? (byte)' ' : octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        if (letter == _pattern[_matched])
            _matched++;
        else if (letter == ' ')
            _matched = 1;
        else
            _matched = _matched > 0 && _pattern[_matched - 1] == ' ' && letter == _pattern[1] ? 2 : 0;
        if (_matched < _pattern.Length)
            return;
        // The blank at the end may begin the next word.
        _matched = 1;
        if (_isCounted)
            return;
        _isCounted = true;
        Seen++;
    }
}
