using System.Text;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Lookups;

public class ListLookupTests
{
    static readonly ListLookup Lookup = new(new AddressList("local",
        ["example.org", "jane@example.org", "joe:secret", "ann:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"]), new SlowChecks(1));

    [Theory]
    [InlineData("joe", "secret", AnswerKind.Yes)]
    [InlineData("joe", "wrong", AnswerKind.No)]
    [InlineData("nobody", "secret", AnswerKind.No)]
    [InlineData("ann", "secret", AnswerKind.Yes)]
    [InlineData("ann", "wrong", AnswerKind.No)]
    public async Task A_login_is_checked_against_its_entry(string user, string secret, AnswerKind kind)
    {
        using var credentials = new Credentials(user, Encoding.UTF8.GetBytes(secret));
        Assert.Equal(kind, (await Lookup.AuthenticateAsync(credentials, null, TestContext.Current.CancellationToken)).Kind);
    }

    [Fact]
    public async Task A_secret_whose_slow_check_came_to_yes_is_not_checked_again()
    {
        var lookup = new ListLookup(
            new AddressList("local", [.. new[] { "ann", "bob" }.Select(user => user + ":$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a")]), new SlowChecks(1));
        Assert.Equal((AnswerKind.Yes, false), await AskAsync("ann", "secret"));
        Assert.Equal((AnswerKind.Yes, true), await AskAsync("ann", "secret"));
        // Another secret, or the same of another user, is nothing known; nor is what was wrong before.
        Assert.Equal((AnswerKind.No, false), await AskAsync("ann", "wrong"));
        Assert.Equal((AnswerKind.No, false), await AskAsync("ann", "wrong"));
        Assert.Equal((AnswerKind.Yes, false), await AskAsync("bob", "secret"));

        async Task<(AnswerKind Kind, bool IsAtOnce)> AskAsync(string user, string secret)
        {
            using var credentials = new Credentials(user, Encoding.UTF8.GetBytes(secret));
            var answer = lookup.AuthenticateAsync(credentials, null, TestContext.Current.CancellationToken);
            var isAtOnce = answer.IsCompleted;
            return ((await answer).Kind, isAtOnce);
        }
    }

    [Fact]
    public async Task A_token_is_no_password_of_it()
    {
        using var credentials = new Credentials("joe", "secret"u8, CredentialKind.BearerToken);
        Assert.Equal(AnswerKind.No, (await Lookup.AuthenticateAsync(credentials, null, TestContext.Current.CancellationToken)).Kind);
    }

    [Theory]
    [InlineData("example.org", AnswerKind.Yes)]
    [InlineData("EXAMPLE.ORG", AnswerKind.Yes)]
    [InlineData("example.net", AnswerKind.No)]
    public async Task A_domain_stands_in_it_or_not(string domain, AnswerKind kind) =>
        Assert.Equal(kind, (await Lookup.HoldsDomainAsync(domain, TestContext.Current.CancellationToken)).Kind);

    [Theory]
    [InlineData("jane@Example.org", AnswerKind.Yes)]
    [InlineData("joe@example.org", AnswerKind.No)]
    public async Task A_recipient_stands_in_it_or_not(string address, AnswerKind kind)
    {
        Assert.True(Mailbox.TryParse(address, out var mailbox));
        Assert.Equal(kind, (await Lookup.VerifyRecipientAsync(mailbox, TestContext.Current.CancellationToken)).Kind);
    }

    [Theory]
    [InlineData("jane@example.org", AnswerKind.Yes)]
    [InlineData("joe:secret", AnswerKind.No)]
    [InlineData("example.org", AnswerKind.No)]
    public async Task Vrfy_tells_addresses_and_nothing_else(string query, AnswerKind kind) =>
        Assert.Equal(kind, (await Lookup.VerifyAsync(query, TestContext.Current.CancellationToken)).Kind);

    [Fact]
    public async Task A_list_is_that_of_the_configuration_that_names_it()
    {
        var directory = new LookupDirectory();
        Assert.Equal(Membership.Unavailable, await directory.Membership(new LookupTarget(LookupKind.List, "local")).ContainsAsync("example.org", TestContext.Current.CancellationToken));
        var target = new LookupTarget(LookupKind.List, "local") { List = new("local", ["example.org"]) };
        Assert.Equal(AnswerKind.Yes, (await directory.HoldsDomainAsync(new LookupLadder([target]), "example.org", TestContext.Current.CancellationToken)).Kind);
        var membership = directory.Membership(target);
        Assert.Equal(Membership.Yes, await membership.ContainsAsync("example.org", TestContext.Current.CancellationToken));
        Assert.Equal(Membership.No, await membership.ContainsAsync("example.net", TestContext.Current.CancellationToken));
    }
}
