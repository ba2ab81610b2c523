using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Posthouse.Wire.Proxying;

namespace Posthouse.Sandbox.Connections;

/// <summary>
/// The PROXY header, version 2, in front of a connection. Read to its last octet and no further: what follows may be TLS.
/// </summary>
static class ProxyPreamble
{
    const int FixedLength = 16;
    const int MaxLength = 1024;

    /// <summary>Who was told, null for nobody (LOCAL); false where something else came.</summary>
    public static async Task<(bool IsHeader, SandboxClient? Client)> ReadAsync(Stream stream, CancellationToken stopping)
    {
        var octets = new byte[FixedLength + MaxLength];
        await stream.ReadExactlyAsync(octets.AsMemory(0, FixedLength), stopping);
        var length = BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(14));
        if (length > MaxLength)
            return (false, null);
        var start = new ReadOnlySequence<byte>(octets, 0, FixedLength);
        if (ProxyHeader.TryRead(ref start, out _) == ProxyHeaderStatus.Invalid)
            return (false, null);
        await stream.ReadExactlyAsync(octets.AsMemory(FixedLength, length), stopping);
        var whole = new ReadOnlySequence<byte>(octets, 0, FixedLength + length);
        if (ProxyHeader.TryRead(ref whole, out var header) != ProxyHeaderStatus.Complete)
            return (false, null);
        return (true, header is { Source: { } source, Destination: { } destination }
            ? new SandboxClient
            {
                Address = source.Address.ToString(),
                Port = source.Port.ToString(CultureInfo.InvariantCulture),
                LocalAddress = destination.Address.ToString(),
                LocalPort = destination.Port.ToString(CultureInfo.InvariantCulture),
            }
            : null);
    }
}
