using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Rules;

public class SettingTests
{
    [Theory]
    [InlineData("'plain'", "plain")]
    [InlineData("[ { else = 'x' } ]", "x")]
    [InlineData("[ { if = 'size', eq = 5000, then = 'a' }, { else = 'b' } ]", "a")]
    [InlineData("[ { if = 'size', eq = 1, then = 'a' }, { else = 'b' } ]", "b")]
    [InlineData("[ { if = 'size', eq = 1, then = 'a' }, { rule = 'local', then = 'b' }, { if = 'size', eq = 5000, then = 'c' }, { else = 'd' } ]", "b")]
    [InlineData("[ { if = 'rcpt', in-list = 'remote/up', then = 'a' }, { else = 'b' } ]", "a")]
    [InlineData("[ { if = 'rcpt', not-in-list = 'remote/up', then = 'a' }, { else = 'b' } ]", "b")]
    [InlineData("[ { if = 'rcpt', not-in-list = 'remote/up', then = 'a' }, { if = 'rcpt', in-list = 'remote/up', then = 'c' }, { else = 'b' } ]", "c")]
    [InlineData("[ { rule = 'local', then = 'a' }, { if = 'rcpt', in-list = 'remote/down', then = 'b' }, { else = 'c' } ]", "a")]
    public async Task The_first_branch_that_holds_decides(string block, string expected)
    {
        var (evaluation, _) = await new RuleText().EvaluateAsync(block);
        Assert.Equal(new Evaluation<string>(expected), evaluation);
    }

    [Theory]
    [InlineData("[ { if = 'rcpt', in-list = 'remote/down', then = 'a' }, { else = 'b' } ]")]
    [InlineData("[ { if = 'rcpt', not-in-list = 'remote/down', then = 'a' }, { else = 'b' } ]")]
    [InlineData("[ { if = 'rcpt', in-list = 'remote/down', then = 'a' }, { rule = 'local', then = 'b' }, { else = 'c' } ]")]
    [InlineData("[ { if = 'rcpt', not-in-list = 'remote/up', then = 'a' }, { none-of = [ { if = 'rcpt', in-list = 'remote/down' } ], then = 'b' }, { else = 'c' } ]")]
    public async Task A_lookup_that_is_unavailable_makes_the_setting_unavailable(string block)
    {
        var (evaluation, _) = await new RuleText().EvaluateAsync(block);
        Assert.False(evaluation.IsAvailable);
        Assert.Equal("remote/down could not be asked about rcpt", evaluation.Reason);
    }

    [Theory]
    [InlineData("{ rule = 'local' }", true)]
    [InlineData("{ none-of = [ { all-of = [ { if = 'size', eq = 1 } ] } ] }", true)]
    [InlineData("{ if = 'rcpt', in-list = 'remote/up' }", false)]
    public async Task Evaluation_completes_at_once_unless_a_remote_is_asked(string condition, bool atOnce)
    {
        var (evaluation, wasAtOnce) = await new RuleText().EvaluateAsync($"[ {{ all-of = [ {condition} ], then = 'a' }}, {{ else = 'b' }} ]");
        Assert.Equal(atOnce, wasAtOnce);
        Assert.Equal("a", evaluation.Value);
    }

    [Fact]
    public void An_if_block_is_no_constant()
    {
        Assert.False(new RuleText().Setting("[ { rule = 'local', then = 'a' }, { else = 'a' } ]").TryGetConstant(out _));
        Assert.True(new RuleText().Setting("'a'").TryGetConstant(out var value));
        Assert.Equal("a", value);
    }
}
