using System.Runtime.InteropServices;
using System.Text;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// What TLS reads its records from. Remembers the first octets that come, so that a handshake that fails can say what it met instead of TLS.
/// </summary>
sealed class OverheardStream(Stream inner) : PassThroughStream(inner)
{
    // RFC 8446 section 5.1: the first record of a server is a handshake or an alert.
    const byte Alert = 0x15;
    const byte Handshake = 0x16;
    const int MostKept = 60;

    byte[]? _first;

    /// <summary>The array that the reader last lent, to be wiped once it has served; null where there is none, or it was.</summary>
    public byte[]? LastReadInto { get; set; }

    /// <summary>The first line that came, printable; null where nothing came, or something that may be TLS.</summary>
    public string? ClearText
    {
        get
        {
            if (_first is null or [Alert or Handshake, ..])
                return null;
            var text = Encoding.ASCII.GetString(_first);
            var end = text.AsSpan().IndexOfAny('\r', '\n');
            return CertificateText.Printable(end < 0 ? text : text[..end]);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!buffer.IsEmpty && MemoryMarshal.TryGetArray<byte>(buffer, out var lent))
            LastReadInto = lent.Array;
        return _first is null ? OverhearAsync(buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);
    }

    async ValueTask<int> OverhearAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await base.ReadAsync(buffer, cancellationToken);
        if (count > 0)
            _first = buffer.Span[..Math.Min(count, MostKept)].ToArray();
        return count;
    }
}
