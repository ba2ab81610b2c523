using System.Buffers;
using System.Net;
using CsCheck;
using Posthouse.Wire.Proxying;

namespace Posthouse.Tests.Wire;

public class ProxyHeaderTests
{
    const string Signature = "0D0A0D0A000D0A515549540A";

    static readonly Gen<IPEndPoint> EndPoints = Gen.Select(
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]), Gen.Int[0, 65535], (octets, port) => new IPEndPoint(new IPAddress(octets), port));

    [Theory]
    [InlineData("192.0.2.7:50000", "198.51.100.1:25", "2111000CC0000207C6336401C3500019")]
    [InlineData("[2001:db8::7]:1", "[2001:db8::1]:587", "2121002420010DB800000000000000000000000720010DB80000000000000000000000010001024B")]
    [InlineData("192.0.2.7:1", "[::1]:2", "2121002400000000000000000000FFFFC00002070000000000000000000000000000000100010002")]
    public void A_client_is_told_in_the_octets_of_the_specification(string source, string destination, string octets) =>
        Assert.Equal(Signature + octets, Convert.ToHexString(Write(new ProxyHeader(IPEndPoint.Parse(source), IPEndPoint.Parse(destination)))));

    [Fact]
    public void Nobody_is_told_as_LOCAL()
    {
        Assert.Equal(Signature + "20000000", Convert.ToHexString(Write(default)));
        Assert.Equal(Signature + "20000000", Convert.ToHexString(Write(new ProxyHeader(new IPEndPoint(1, 1), null))));
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_and_no_octet_too_few_or_too_many_is_taken() =>
        Gen.Select(EndPoints, EndPoints).Sample((source, destination) =>
        {
            byte[] octets = [.. Write(new ProxyHeader(source, destination)), (byte)'E'];
            for (var cut = 0; cut < octets.Length - 1; cut++)
            {
                var part = new ReadOnlySequence<byte>(octets, 0, cut);
                Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeader.TryRead(ref part, out _));
                Assert.Equal(cut, part.Length);
            }
            var buffer = new ReadOnlySequence<byte>(octets);
            Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.TryRead(ref buffer, out var header));
            Assert.Equal("E"u8, buffer.ToArray());
            Assert.Equal((Mapped(source), Mapped(destination)), (Mapped(header.Source!), Mapped(header.Destination!)));
        }, iter: 500);

    [Theory]
    [InlineData("00")]
    [InlineData("0D0A0D0A000D0A5155495441")]
    [InlineData(Signature + "1111000C")]
    [InlineData(Signature + "22110000")]
    [InlineData(Signature + "2112000CC0000207C6336401C3500019")]
    [InlineData(Signature + "2111000BC0000207C6336401C35000")]
    public void Another_protocol_or_version_is_no_header(string octets)
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(octets));
        Assert.Equal(ProxyHeaderStatus.Invalid, ProxyHeader.TryRead(ref buffer, out _));
    }

    [Fact]
    public void What_follows_the_addresses_and_what_a_local_header_holds_is_passed_over()
    {
        var longer = new ReadOnlySequence<byte>(Convert.FromHexString(Signature + "2111000FC0000207C6336401C3500019" + "030000" + "45"));
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.TryRead(ref longer, out var header));
        Assert.Equal(IPEndPoint.Parse("192.0.2.7:50000"), header.Source);
        Assert.Equal(1, longer.Length);

        var local = new ReadOnlySequence<byte>(Convert.FromHexString(Signature + "20110002FFFF"));
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.TryRead(ref local, out header));
        Assert.Equal(default, header);
        Assert.True(local.IsEmpty);
    }

    static (IPAddress, int) Mapped(IPEndPoint endPoint) => (endPoint.Address.MapToIPv6(), endPoint.Port);

    static byte[] Write(ProxyHeader header)
    {
        var output = new ArrayBufferWriter<byte>();
        header.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
