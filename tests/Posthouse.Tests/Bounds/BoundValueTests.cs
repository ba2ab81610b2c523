using System.Net;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Tests.Queue;

namespace Posthouse.Tests.Bounds;

public class BoundValueTests
{
    [Theory]
    [InlineData("listener", "smtp\n")]
    [InlineData("remote-ip", "192.0.2.7\n")]
    [InlineData("local-ip", "\n")]
    [InlineData("is-tls", "1\n")]
    [InlineData("helo-domain", "client.example\n")]
    [InlineData("authenticated-as", "Jane@example.org\n")]
    [InlineData("sender", "ann@example.org\n")]
    [InlineData("sender-domain", "example.org\n")]
    [InlineData("size", "77\n")]
    [InlineData("rcpt", "Bob@a.example\n")]
    [InlineData("rcpt-domain", "a.example\n")]
    [InlineData("priority", "0\n")]
    [InlineData("sender rcpt-domain", "ann@example.org\na.example\n")]
    [InlineData("", "")]
    public void A_value_has_a_line_for_each_variable_and_no_case_where_none_counts(string key, string value)
    {
        var envelope = Letters.Envelope("Bob@A.Example");
        var subject = new QueuedRecipient(
            envelope with { Origin = envelope.Origin with { RemoteIp = IPAddress.Parse("192.0.2.7"), IsTls = true, HeloDomain = "Client.EXAMPLE", AuthenticatedAs = "Jane@Example.ORG" } },
            77, envelope.Recipients[0]);
        Assert.Equal(value, BoundValue.Of([.. key.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Variable)], subject));
    }

    [Theory]
    [InlineData("2001:db8:0:1:a:b:c:d", "2001:db8:0:1::/64\n")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1::/64\n")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7\n")]
    [InlineData("::1", "::1\n")]
    [InlineData(null, "\n")]
    public void An_IPv6_client_counts_by_its_network(string? address, string value)
    {
        var envelope = Letters.Envelope("bob@a.example");
        var subject = new QueuedRecipient(envelope with { Origin = envelope.Origin with { RemoteIp = address is null ? null : IPAddress.Parse(address) } }, 77, envelope.Recipients[0]);
        Assert.Equal(value, BoundValue.Of([RuleVariable.RemoteIp], subject));
    }

    static RuleVariable Variable(string name)
    {
        Assert.True(RuleVariableNames.TryParse(name, out var variable));
        return variable;
    }
}
