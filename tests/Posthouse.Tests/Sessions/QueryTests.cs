using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Sessions;

/// <summary>VRFY and EXPN, DIALECT §6.</summary>
public class QueryTests
{
    [Theory]
    [InlineData("VRFY jane", "250 2.1.5 Jane Doe <jane@example.org>\r\n", "vrfy jane")]
    [InlineData("VRFY nobody", "550 5.1.1 Mailbox does not exist\r\n", "vrfy nobody")]
    [InlineData("VRFY down", "252 2.5.0 Unable to verify at this time\r\n", "vrfy down")]
    [InlineData("VRFY", "501 5.5.4 Invalid argument\r\n", "")]
    [InlineData("VRFY \u00c3", "501 5.5.4 Invalid argument\r\n", "")]
    [InlineData("EXPN staff", "250-2.1.5 jane@example.org\r\n250 2.1.5 joe@example.org\r\n", "expn staff")]
    [InlineData("EXPN nobody", "550 5.1.1 Mailbox does not exist\r\n", "expn nobody")]
    [InlineData("EXPN down", "252 2.5.0 Unable to verify at this time\r\n", "expn down")]
    public async Task A_query_is_answered_by_the_lookup(string line, string reply, string asked)
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync(line + "\r\n");
        Assert.Equal(reply, session.Unread());
        Assert.Equal(asked, string.Join(", ", session.Lookups.Asked));
    }

    [Theory]
    [InlineData("VRFY jane")]
    [InlineData("EXPN staff")]
    public async Task A_stranger_learns_nothing_where_the_rule_is_for_users(string line)
    {
        var forUsers = new Computed<LookupLadder>(s => s.Text(RuleVariable.AuthenticatedAs).Length > 0 ? TestModels.Ladder : LookupLadder.None);
        await using var session = await new SessionUnderTest().Tls().With(m => m with { Rcpt = m.Rcpt with { Vrfy = forUsers, Expn = forUsers } }).GreetedAsync();
        await session.PlayAsync($"""
            C: {line}
            S: 252 2.5.1 Not verified here
            C: AUTH PLAIN AGphbmUAc2VjcmV0
            S: 235 2.7.0…
            C: {line}
            S: 250…
            """);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_decided_is_unavailable()
    {
        await using var session = await new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { Vrfy = new Computed<LookupLadder>(_ => null) } }).GreetedAsync();
        await session.PlayAsync("""
            C: VRFY jane
            S: 252 2.5.0…
            """);
    }
}
