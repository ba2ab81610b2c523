using Posthouse.Gateway.Reports;

namespace Posthouse.Tests.Reports;

/// <summary>What strangers may see of a host's words.</summary>
public class HostWordsTests
{
    [Theory]
    [InlineData("no such user here at 10.1.2.3 (secret.inside.example)", "no such user here at")]
    [InlineData("unknown at box.inside.example:24", "unknown at")]
    [InlineData("blocked using Spamhaus, see https://www.spamhaus.org/query/ip/192.0.2.1 (AS3130)", "blocked using Spamhaus, see https://www.spamhaus.org/query/ip/192.0.2.1 (AS3130)")]
    [InlineData("see <HTTP://help.example/5.7.1>.", "see <HTTP://help.example/5.7.1>.")]
    [InlineData("see http://10.1.2.3/x and https://box.inside.example:8443/y", "see and")]
    [InlineData("httpd.inside.example says no", "says no")]
    [InlineData("bob@example.net unknown, ask root@box.inside.example", "bob@example.net unknown, ask")]
    public void A_machine_is_not_named_and_an_address_of_the_web_is(string said, string expected) =>
        Assert.Equal(expected, HostWords.WithoutMachines(said, "example.net"));
}
