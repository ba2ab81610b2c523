using Posthouse.Gateway.Model;

namespace Posthouse.Tests.Config;

public class AddressListTests
{
    static readonly AddressList List = new("l",
    [
        "Example.org", "Ann@Example.org", "2001:DB8:0::1", "carol@[IPv6:2001:db8::2]", "MÜLL.example", "",
        "bob:s3cret", "Dave@Example.org:pass:word", "eve:one", "eve:two", "frank:{PLAIN}$2b$x",
    ]);

    [Theory]
    [InlineData("example.ORG", true)]
    [InlineData("Ann@EXAMPLE.org", true)]
    [InlineData("ann@example.org", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db8::2", false)]
    [InlineData("carol@[ipv6:2001:db8::2]", true)]
    [InlineData("müll.example", true)]
    [InlineData("example.com", false)]
    [InlineData("", false)]
    [InlineData("bob", false)]
    [InlineData("bob:s3cret", false)]
    public void Members_compare_their_domain_without_case_and_logins_are_no_members(string value, bool expected) =>
        Assert.Equal(expected, List.Contains(value));

    [Theory]
    [InlineData("bob", "s3cret", true)]
    [InlineData("bob", "S3cret", false)]
    [InlineData("bob", "", false)]
    [InlineData("Dave@EXAMPLE.ORG", "pass:word", true)]
    [InlineData("eve", "one", true)]
    [InlineData("eve", "two", true)]
    [InlineData("eve", "three", false)]
    [InlineData("frank", "$2b$x", true)]
    public void A_login_is_right_or_wrong(string user, string secret, bool expected)
    {
        var login = List.Login(user);
        Assert.True(login.IsKnown);
        Assert.False(login.IsSlow);
        Assert.Equal(expected, login.Matches(System.Text.Encoding.UTF8.GetBytes(secret)));
    }

    [Theory]
    [InlineData("Bob", "s3cret")]
    [InlineData("dave@example.org", "pass:word")]
    [InlineData("example.org", "")]
    [InlineData("", "")]
    public void Who_is_not_listed_has_no_right_secret(string user, string secret)
    {
        var login = List.Login(user);
        Assert.False(login.IsKnown);
        Assert.False(login.Matches(System.Text.Encoding.UTF8.GetBytes(secret)));
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("11.0.0.1", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("198.51.100.9", true)]
    [InlineData("2001:db8:1::5", true)]
    [InlineData("2001:DB8:0001:0::5", true)]
    [InlineData("2001:db8:2::5", false)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("10.1.2.3@example.org", false)]
    [InlineData("010.1.2.3", false)]
    public void An_address_stands_in_each_network_that_it_lies_in(string value, bool expected) =>
        Assert.Equal(expected, new AddressList("nets", ["10.0.0.0/8", "192.0.2.7", "::ffff:198.51.100.0/120", "2001:db8:1::/48", "example.org"]).Contains(value));

    [Theory]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "::1", true)]
    [InlineData("::/0", "203.0.113.9", false)]
    public void A_network_of_everything_holds_its_own_family(string network, string value, bool expected) =>
        Assert.Equal(expected, new AddressList("nets", [network]).Contains(value));

    [Fact]
    public void An_unknown_user_takes_as_long_as_a_known_one_where_secrets_are_slow()
    {
        var list = new AddressList("l", ["ann:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"]);
        Assert.True(list.Login("ann").IsSlow);
        var unknown = list.Login("nobody");
        Assert.Equal((true, false), (unknown.IsSlow, unknown.IsKnown));
        // The decoy's own secret opens nothing.
        Assert.False(unknown.Matches("secret"u8));
        Assert.True(list.Login("ann").Matches("secret"u8));
    }

    [Fact]
    public void A_plain_secret_among_slow_ones_takes_as_long_and_their_owner_alone_gets_in_by_them()
    {
        var list = new AddressList("l", ["ann:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a", "bob:plain"]);
        var bob = list.Login("bob");
        Assert.Equal((true, true), (bob.IsSlow, bob.IsKnown));
        Assert.Equal((true, false), (bob.Matches("plain"u8), bob.Matches("secret"u8)));
    }

    [Theory]
    [InlineData("bob:")]
    [InlineData(":x")]
    [InlineData("bob:{MD5}x")]
    [InlineData("bob:{PLAIN}")]
    public void An_entry_that_cannot_stand_in_a_list_is_refused(string entry) =>
        Assert.Throws<ArgumentException>(() => new AddressList("l", [entry]));

    [Fact]
    public void A_user_has_at_most_sixteen_secrets()
    {
        var list = new AddressList("l", Enumerable.Range(0, 16).Select(i => $"bob:{i}"));
        Assert.True(list.Login("bob").Matches("15"u8));
        Assert.Throws<ArgumentException>(() => new AddressList("l", Enumerable.Range(0, 17).Select(i => $"bob:{i}")));
    }

    [Fact]
    public void What_is_listed_twice_counts_once() =>
        Assert.Equal(1, new AddressList("l", ["a@b.example", "a@B.example", ""]).Count);

    [Fact]
    public void An_entry_of_any_length_up_to_512_is_found()
    {
        var entries = Enumerable.Range(1, 512).Select(length => new string('x', length)).ToList();
        var list = new AddressList("l", entries);
        Assert.Equal(512, list.Count);
        Assert.All(entries, entry => Assert.True(list.Contains(entry)));
        Assert.False(list.Contains(new string('x', 513)));
        Assert.Throws<ArgumentException>(() => new AddressList("l", [new string('x', 513)]));
    }
}
