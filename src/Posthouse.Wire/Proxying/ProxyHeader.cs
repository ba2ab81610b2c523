using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace Posthouse.Wire.Proxying;

/// <summary>What <see cref="ProxyHeader.TryRead"/> found at the front of a connection.</summary>
public enum ProxyHeaderStatus
{
    /// <summary>A whole header.</summary>
    Complete,

    /// <summary>Not all of it has come.</summary>
    NeedMore,

    /// <summary>Something else than a header of version 2.</summary>
    Invalid,
}

/// <summary>
/// The header of the PROXY protocol, version 2 (HAProxy's proxy-protocol.txt, section 2.2): on whose behalf a connection was made, said
/// before its first octet. TCP over IPv4 or IPv6, or LOCAL: on nobody's.
/// </summary>
/// <param name="Source">The client; null = LOCAL.</param>
/// <param name="Destination">What it connected to; null = LOCAL.</param>
public readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    const int FixedLength = 16;
    const int V4Size = 4;
    const int V6Size = 16;
    const int V4Length = 12;
    const int V6Length = 36;
    const byte VersionAndLocal = 0x20;
    const byte VersionAndProxy = 0x21;
    const byte TcpOverV4 = 0x11;
    const byte TcpOverV6 = 0x21;

    static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>
    /// Writes it. Addresses of two families are both written as IPv6, an IPv4 one in its mapped form; ports are 0 where they
    /// are not known.
    /// </summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var memory = output.GetSpan(FixedLength + V6Length);
        Signature.CopyTo(memory);
        if (Source is null || Destination is null)
        {
            WriteFixed(memory, VersionAndLocal, 0, 0);
            output.Advance(FixedLength);
            return;
        }

        var (source, destination) = (Source.Address.GetAddressBytes(), Destination.Address.GetAddressBytes());
        var isV4 = source.Length == V4Size && destination.Length == V4Size;
        if (!isV4)
            (source, destination) = (Source.Address.MapToIPv6().GetAddressBytes(), Destination.Address.MapToIPv6().GetAddressBytes());
        var size = source.Length;
        var length = isV4 ? V4Length : V6Length;
        WriteFixed(memory, VersionAndProxy, isV4 ? TcpOverV4 : TcpOverV6, (ushort)length);
        var rest = memory[FixedLength..];
        source.CopyTo(rest);
        destination.CopyTo(rest[size..]);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(2 * size)..], (ushort)Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(2 * size + 2)..], (ushort)Destination.Port);
        output.Advance(FixedLength + length);
    }

    /// <summary>Takes a header off the front of <paramref name="buffer"/>; what follows the addresses in it is passed over.</summary>
    public static ProxyHeaderStatus TryRead(ref ReadOnlySequence<byte> buffer, out ProxyHeader header)
    {
        header = default;
        Span<byte> octets = stackalloc byte[FixedLength + V6Length];
        var at = (int)Math.Min(buffer.Length, FixedLength);
        buffer.Slice(0, at).CopyTo(octets);
        var known = Math.Min(at, Signature.Length);
        if (!octets[..known].SequenceEqual(Signature[..known]))
            return ProxyHeaderStatus.Invalid;
        if (at < FixedLength)
            return ProxyHeaderStatus.NeedMore;

        var length = BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (octets[12] is not (VersionAndLocal or VersionAndProxy))
            return ProxyHeaderStatus.Invalid;
        if (buffer.Length < FixedLength + length)
            return ProxyHeaderStatus.NeedMore;
        var (family, needed) = octets[12] == VersionAndLocal ? ((byte)0, 0) : (octets[13], octets[13] == TcpOverV4 ? V4Length : V6Length);
        if (length < needed || family is not (0 or TcpOverV4 or TcpOverV6))
            return ProxyHeaderStatus.Invalid;
        var rest = octets[FixedLength..][..needed];
        buffer.Slice(FixedLength, needed).CopyTo(rest);
        buffer = buffer.Slice(FixedLength + length);
        if (family != 0)
            header = new ProxyHeader(EndPoint(rest, 0), EndPoint(rest, 1));
        return ProxyHeaderStatus.Complete;
    }

    static IPEndPoint EndPoint(ReadOnlySpan<byte> addresses, int index)
    {
        var size = addresses.Length == V4Length ? V4Size : V6Size;
        return new IPEndPoint(
            new IPAddress(addresses.Slice(index * size, size)), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size + index * 2)..]));
    }

    static void WriteFixed(Span<byte> memory, byte command, byte family, ushort length)
    {
        memory[12] = command;
        memory[13] = family;
        BinaryPrimitives.WriteUInt16BigEndian(memory[14..], length);
    }
}
