using System.Net;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Rules;

public class AddressTextTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:db8::8:800:200c:417a")]
    [InlineData("2001:DB8:0:0:8:800:200C:417A")]
    [InlineData("ff01::101")]
    [InlineData("::ffff:192.0.2.128")]
    [InlineData("64:ff9b::192.0.2.33")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:192.0.2.1")]
    [InlineData("1::3:4:5:6:7:8")]
    public void A_well_formed_address_is_read_as_the_framework_reads_it(string text)
    {
        Assert.True(AddressText.TryParse(text, out var address));
        Assert.Equal(IPAddress.Parse(text), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.+4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.")]
    [InlineData("0x7f.1.1.1")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7::8")]
    [InlineData("1:2:3:4:5:6:7:192.0.2.1")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("192.0.2.1::")]
    [InlineData("1:192.0.2.1:2::")]
    [InlineData("::192.0.2.1:1")]
    public void Anything_else_is_refused(string text) => Assert.False(AddressText.TryParse(text, out _));

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.0/32", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0.0.0/", false)]
    [InlineData("10.0.0.0/08", false)]
    [InlineData("10.0.0.0/8/8", false)]
    [InlineData("::/128", true)]
    [InlineData("::/129", false)]
    [InlineData("/8", false)]
    public void A_network_is_an_address_and_a_prefix_length(string text, bool expected) =>
        Assert.Equal(expected, AddressMask.TryParse(text, out _));
}
