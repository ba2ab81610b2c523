namespace Posthouse.Tests.Rules;

public class ConditionTests
{
    [Theory]
    // Words: as they are.
    [InlineData("{ if = 'listener', eq = 'smtp' }", "yes")]
    [InlineData("{ if = 'listener', eq = 'SMTP' }", "no")]
    [InlineData("{ if = 'listener', ne = 'submission' }", "yes")]
    [InlineData("{ if = 'listener', equal-to = 'smtp' }", "yes")]
    [InlineData("{ if = 'listener', not-equal-to = 'smtp' }", "no")]
    [InlineData("{ if = 'listener', not-eq = 'smtp' }", "no")]
    [InlineData("{ if = 'listener', starts-with = 'sm' }", "yes")]
    [InlineData("{ if = 'listener', starts-with = 'SM' }", "no")]
    [InlineData("{ if = 'listener', starts-with = 'smtps' }", "no")]
    // Domains: without case.
    [InlineData("{ if = 'helo-domain', eq = 'client.example.net' }", "yes")]
    [InlineData("{ if = 'helo-domain', starts-with = 'CLIENT' }", "yes")]
    [InlineData("{ if = 'helo-domain', not-starts-with = 'CLIENT' }", "no")]
    [InlineData("{ if = 'helo-domain', ends-with = '.EXAMPLE.net' }", "yes")]
    [InlineData("{ if = 'helo-domain', not-ends-with = '.org' }", "yes")]
    [InlineData("{ if = 'helo-domain', matches = '^client\\.' }", "yes")]
    [InlineData("{ if = 'sender-domain', eq = 'example.org' }", "yes")]
    [InlineData("{ if = 'sender-domain', ne = 'example.org' }", "no")]
    [InlineData("{ if = 'rcpt-domain', eq = 'EXAMPLE.COM' }", "yes")]
    [InlineData("{ if = 'mx', ends-with = 'example.COM' }", "yes")]
    [InlineData("{ if = 'login-domain', eq = '' }", "yes")]
    // Mailboxes: the local part as it is, the domain without case.
    [InlineData("{ if = 'sender', eq = 'Ann@example.org' }", "yes")]
    [InlineData("{ if = 'sender', eq = 'ann@example.org' }", "no")]
    [InlineData("{ if = 'sender', eq = 'Ann@example.com' }", "no")]
    [InlineData("{ if = 'sender', starts-with = 'Ann@EX' }", "yes")]
    [InlineData("{ if = 'sender', starts-with = 'ann@' }", "no")]
    [InlineData("{ if = 'sender', ends-with = '@EXAMPLE.org' }", "yes")]
    [InlineData("{ if = 'sender', ends-with = 'nn@example.ORG' }", "yes")]
    [InlineData("{ if = 'sender', ends-with = 'NN@example.org' }", "no")]
    [InlineData("{ if = 'sender', ends-with = '.oRg' }", "yes")]
    [InlineData("{ if = 'login', eq = 'bob' }", "yes")]
    [InlineData("{ if = 'login', eq = 'BOB' }", "no")]
    [InlineData("{ if = 'authenticated-as', ne = '' }", "yes")]
    [InlineData("{ if = 'authenticated-as', eq = 'bob@EXAMPLE.org' }", "yes")]
    // Patterns: a search, in the lower-cased domain of a mailbox.
    [InlineData("{ if = 'rcpt', matches = 'arol' }", "yes")]
    [InlineData("{ if = 'rcpt', matches = '^arol' }", "no")]
    [InlineData("{ if = 'rcpt', not-matches = '^arol' }", "yes")]
    [InlineData("{ if = 'sender', matches = '@example\\.org$' }", "yes")]
    [InlineData("{ if = 'sender', matches = '^ann@' }", "no")]
    [InlineData("{ if = 'rcpt', matches = '^(c|a|r|o|l)+@' }", "yes")]
    // Addresses and networks.
    [InlineData("{ if = 'remote-ip', eq = '10.1.2.3' }", "yes")]
    [InlineData("{ if = 'remote-ip', ne = '10.1.2.3' }", "no")]
    [InlineData("{ if = 'remote-ip', eq = '10.0.0.0/8' }", "yes")]
    [InlineData("{ if = 'remote-ip', eq = '10.1.2.0/23' }", "yes")]
    [InlineData("{ if = 'remote-ip', eq = '10.1.4.0/23' }", "no")]
    [InlineData("{ if = 'remote-ip', eq = '0.0.0.0/0' }", "yes")]
    [InlineData("{ if = 'remote-ip', eq = '::/0' }", "no")]
    [InlineData("{ if = 'remote-ip', ne = '192.168.0.0/16' }", "yes")]
    [InlineData("{ if = 'local-ip', eq = '2001:db8::25' }", "yes")]
    [InlineData("{ if = 'local-ip', eq = '2001:DB8::/32' }", "yes")]
    [InlineData("{ if = 'local-ip', eq = '2001:db9::/32' }", "no")]
    [InlineData("{ if = 'local-ip', eq = '2001:db8::/29' }", "yes")]
    // Numbers and flags.
    [InlineData("{ if = 'size', eq = 5000 }", "yes")]
    [InlineData("{ if = 'size', ne = '5000' }", "no")]
    [InlineData("{ if = 'priority', eq = -2 }", "yes")]
    [InlineData("{ if = 'priority', eq = 2 }", "no")]
    [InlineData("{ if = 'is-tls', eq = true }", "yes")]
    [InlineData("{ if = 'is-tls', eq = false }", "no")]
    [InlineData("{ if = 'is-tls', ne = 'false' }", "yes")]
    // Lists and remotes.
    [InlineData("{ if = 'rcpt', in-list = 'list/yes' }", "yes")]
    [InlineData("{ if = 'rcpt', not-in-list = 'list/yes' }", "no")]
    [InlineData("{ if = 'rcpt', in-list = 'list/no' }", "no")]
    [InlineData("{ if = 'rcpt', not-in-list = 'list/no' }", "yes")]
    [InlineData("{ if = 'rcpt', in-list = 'remote/up' }", "yes")]
    [InlineData("{ if = 'rcpt', not-in-list = 'remote/up' }", "no")]
    [InlineData("{ if = 'rcpt', in-list = 'remote/down' }", "unavailable")]
    [InlineData("{ if = 'rcpt', not-in-list = 'remote/down' }", "unavailable")]
    // Together.
    [InlineData("{ rule = 'local' }", "yes")]
    [InlineData("{ none-of = { rule = 'local' } }", "no")]
    [InlineData("{ any-of = [ { if = 'size', eq = 1 }, { if = 'size', eq = 5000 } ] }", "yes")]
    [InlineData("{ any-of = [ { if = 'size', eq = 1 }, { if = 'size', eq = 2 } ] }", "no")]
    [InlineData("{ all-of = [ { if = 'size', eq = 5000 }, { rule = 'local' } ] }", "yes")]
    [InlineData("{ all-of = [ { if = 'size', eq = 5000 }, { if = 'size', eq = 1 } ] }", "no")]
    [InlineData("{ none-of = [ { if = 'size', eq = 1 }, { if = 'size', eq = 2 } ] }", "yes")]
    [InlineData("{ none-of = [ { if = 'size', eq = 1 }, { if = 'size', eq = 5000 } ] }", "no")]
    [InlineData("{ all-of = [ { any-of = [ { if = 'size', eq = 1 }, { none-of = [ { if = 'size', eq = 2 } ] } ] }, { rule = 'local' } ] }", "yes")]
    [InlineData("{ any-of = [ { if = 'rcpt', in-list = 'remote/down' }, { rule = 'local' } ] }", "unavailable")]
    [InlineData("{ any-of = [ { rule = 'local' }, { if = 'rcpt', in-list = 'remote/down' } ] }", "yes")]
    [InlineData("{ any-of = [ { if = 'rcpt', not-in-list = 'remote/up' }, { rule = 'local' } ] }", "yes")]
    [InlineData("{ all-of = [ { if = 'rcpt', in-list = 'remote/up' }, { if = 'rcpt', in-list = 'remote/up' } ] }", "yes")]
    [InlineData("{ all-of = [ { if = 'rcpt', in-list = 'remote/up' }, { if = 'rcpt', in-list = 'remote/down' } ] }", "unavailable")]
    [InlineData("{ all-of = [ { if = 'size', eq = 1 }, { if = 'rcpt', in-list = 'remote/down' } ] }", "no")]
    [InlineData("{ none-of = [ { if = 'rcpt', in-list = 'remote/down' } ] }", "unavailable")]
    public async Task A_condition_holds_or_does_not_or_cannot_be_told(string condition, string expected) =>
        Assert.Equal(expected, await new RuleText().HoldsAsync(condition));

    [Fact]
    public async Task A_part_after_the_deciding_one_is_not_asked()
    {
        var rules = new RuleText();
        await rules.HoldsAsync("{ any-of = [ { if = 'rcpt', in-list = 'remote/up' }, { if = 'sender', in-list = 'remote/up' } ] }");
        Assert.Equal(["remote/up carol@example.com"], rules.Asked);
    }

    [Theory]
    [InlineData("{ if = 'sender', in-list = 'remote/up' }", "no")]
    [InlineData("{ if = 'sender', not-in-list = 'remote/up' }", "yes")]
    public async Task Nobody_is_asked_about_the_null_reverse_path(string condition, string expected)
    {
        var rules = new RuleText();
        Assert.Equal(expected, await rules.HoldsAsync(condition, new Subject { Sender = "" }));
        Assert.Empty(rules.Asked);
    }

    [Fact]
    public async Task An_address_is_looked_up_in_its_usual_form()
    {
        var rules = new RuleText();
        await rules.HoldsAsync("{ if = 'remote-ip', in-list = 'list/no' }", new Subject { RemoteIp = System.Net.IPAddress.Parse("::ffff:192.0.2.7") });
        Assert.Equal(["list/no 192.0.2.7"], rules.Asked);
    }

    [Theory]
    [InlineData("192.0.2.0/24", "yes")]
    [InlineData("::ffff:0:0/96", "yes")]
    [InlineData("192.0.3.0/24", "no")]
    public async Task An_IPv4_client_of_a_dual_stack_socket_lies_in_its_IPv4_network(string network, string expected) =>
        Assert.Equal(expected, await new RuleText().HoldsAsync(
            $"{{ if = 'remote-ip', eq = '{network}' }}", new Subject { RemoteIp = System.Net.IPAddress.Parse("::ffff:192.0.2.7") }));

    [Theory]
    [InlineData("{ if = 'remote-ip', eq = '0.0.0.0/0' }", "no")]
    [InlineData("{ if = 'remote-ip', ne = '0.0.0.0/0' }", "yes")]
    [InlineData("{ if = 'remote-ip', in-list = 'list/yes' }", "no")]
    public async Task A_client_without_address_lies_in_no_network(string condition, string expected) =>
        Assert.Equal(expected, await new RuleText().HoldsAsync(condition, new Subject { RemoteIp = null }));
}
