using System.Net;
using Posthouse.Gateway.Listening;

namespace Posthouse.Tests.Listening;

public class AddressCountsTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", false)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    public void An_address_has_so_many_connections(string first, string second, bool isLetIn)
    {
        var counts = new AddressCounts();
        Assert.True(counts.TryEnter(IPAddress.Parse(first), 1));
        Assert.Equal(isLetIn, counts.TryEnter(IPAddress.Parse(second), 1));
        counts.Leave(IPAddress.Parse(first));
        if (!isLetIn)
            Assert.True(counts.TryEnter(IPAddress.Parse(second), 1));
    }

    [Fact]
    public void Without_a_limit_everyone_comes_in()
    {
        var counts = new AddressCounts();
        for (var i = 0; i < 100; i++)
            Assert.True(counts.TryEnter(IPAddress.Parse("192.0.2.1"), 0));
    }
}
