using Posthouse.Gateway.Model;

namespace Posthouse.Tests.Config;

public class AddressListTests
{
    static readonly AddressList List = new("l",
    [
        "Example.org", "Ann@Example.org", "2001:DB8::1", "carol@[IPv6:2001:db8::2]",
        "bob:s3cret", "Dave@Example.org:pass:word", "eve:one", "eve:two", "hash:$2y$10$abc", "scheme:{SHA}abc",
    ]);

    [Theory]
    [InlineData("example.ORG", true)]
    [InlineData("Ann@EXAMPLE.org", true)]
    [InlineData("ann@example.org", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("carol@[ipv6:2001:db8::2]", true)]
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
    [InlineData("Bob", "s3cret", null)]
    [InlineData("Dave@EXAMPLE.ORG", "pass:word", true)]
    [InlineData("dave@example.org", "pass:word", null)]
    [InlineData("eve", "one", true)]
    [InlineData("eve", "two", true)]
    [InlineData("eve", "three", false)]
    [InlineData("hash", "$2y$10$abc", false)]
    [InlineData("scheme", "{SHA}abc", false)]
    [InlineData("example.org", "", null)]
    public void A_login_is_right_wrong_or_not_of_this_list(string user, string secret, bool? expected) =>
        Assert.Equal(expected, List.CheckLogin(user, System.Text.Encoding.UTF8.GetBytes(secret)));
}
