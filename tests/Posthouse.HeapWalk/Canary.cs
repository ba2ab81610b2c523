using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.HeapWalk;

/// <summary>
/// The passwords: a marker that this run alone knows, a number that says which login it was, and the marker again. So half a password is
/// found as well as a whole one, and no password is a literal of any program.
/// </summary>
static class Canary
{
    const int MarkerOctets = 12;

    public static byte[] NewMarker() => RandomNumberGenerator.GetItems("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8, MarkerOctets);

    public static byte[] Password(ReadOnlySpan<byte> marker, int number)
    {
        var password = GC.AllocateArray<byte>(2 * marker.Length + 4, pinned: true);
        marker.CopyTo(password);
        number.TryFormat(password.AsSpan(marker.Length), out _, "0000", CultureInfo.InvariantCulture);
        marker.CopyTo(password.AsSpan(marker.Length + 4));
        return password;
    }

    /// <summary>The marker as UTF-8 and as UTF-16, as it is and in base64 wherever it may begin in a group of three.</summary>
    public static IReadOnlyList<Trace> Traces(byte[] marker)
    {
        var traces = new List<Trace> { new("as it is", marker), new("as UTF-16", Wide(marker)) };
        for (var lead = 0; lead < 3; lead++)
        {
            var encoded = new byte[Base64.GetMaxEncodedToUtf8Length(lead + marker.Length)];
            Base64.EncodeToUtf8([.. new byte[lead], .. marker], encoded, out _, out _);
            // Only the characters that no neighbour of the marker has a part in.
            var own = encoded[((lead * 8 + 5) / 6)..((lead + marker.Length) * 8 / 6)];
            traces.Add(new($"in base64, {lead} octets into a group", own));
            traces.Add(new($"in base64 as UTF-16, {lead} octets into a group", Wide(own)));
        }
        return traces;
    }

    static byte[] Wide(byte[] ascii) => Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(ascii));
}

/// <summary>What the marker looks like somewhere.</summary>
sealed record Trace(string Form, byte[] Octets);
