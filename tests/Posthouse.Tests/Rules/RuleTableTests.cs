namespace Posthouse.Tests.Rules;

/// <summary>
/// Operator × variable × nesting × unavailable: a condition, what it comes to for <see cref="Subject"/>, and who was asked for that. The rows
/// of <see cref="ConditionTests"/> tell the finer points of a comparison, these what conditions make of each other.
/// </summary>
public class RuleTableTests
{
    // In a row, Y and N stand for conditions without a lookup, U, P and M for lookups: unavailable, yes (plus), no (minus).
    static readonly (string Letter, string Condition)[] Letters =
    [
        ("Y", "{ if = 'size', eq = 5000 }"),
        ("N", "{ if = 'size', eq = 1 }"),
        ("P", "{ if = 'rcpt', in-list = 'remote/up' }"),
        ("M", "{ if = 'rcpt', not-in-list = 'remote/up' }"),
        ("U", "{ if = 'rcpt', in-list = 'remote/down' }"),
        ("L", "{ if = 'rcpt', in-list = 'list/yes' }"),
    ];

    public static TheoryData<string, string, int> Nested { get; } = Rows("""
        any[Y] yes 0
        any[N] no 0
        any[P] yes 1
        any[M] no 1
        any[U] unavailable 1
        any[L] yes 1
        all[Y] yes 0
        all[N] no 0
        all[P] yes 1
        all[M] no 1
        all[U] unavailable 1
        none[Y] no 0
        none[N] yes 0
        none[P] no 1
        none[M] yes 1
        none[U] unavailable 1
        any[Y,N] yes 0
        any[N,Y] yes 0
        any[N,N] no 0
        any[Y,U] yes 0
        any[U,Y] unavailable 1
        any[N,U] unavailable 1
        any[U,N] unavailable 1
        any[U,U] unavailable 1
        any[P,U] yes 1
        any[U,P] unavailable 1
        any[M,U] unavailable 2
        any[M,P] yes 2
        any[M,M] no 2
        any[P,P] yes 1
        any[N,L,U] yes 1
        any[M,Y,U] yes 1
        all[Y,Y] yes 0
        all[Y,N] no 0
        all[N,Y] no 0
        all[N,U] no 0
        all[U,N] unavailable 1
        all[Y,U] unavailable 1
        all[U,Y] unavailable 1
        all[U,U] unavailable 1
        all[P,P] yes 2
        all[P,M] no 2
        all[M,P] no 1
        all[M,U] no 1
        all[P,U] unavailable 2
        all[L,N,U] no 1
        all[Y,P,L] yes 2
        none[N,N] yes 0
        none[N,Y] no 0
        none[Y,U] no 0
        none[U,Y] unavailable 1
        none[N,U] unavailable 1
        none[P,U] no 1
        none[M,U] unavailable 2
        none[M,M] yes 2
        none[M,P] no 2
        none[U,U] unavailable 1
        any[all[Y,U],Y] unavailable 1
        any[all[N,U],Y] yes 0
        any[none[Y,U],Y] yes 0
        any[all[M,U],P] yes 2
        all[any[Y,U],Y] yes 0
        all[any[Y,U],N] no 0
        all[any[N,U],N] unavailable 1
        all[none[N,M],P] yes 2
        none[any[N,M],all[P,M]] yes 3
        none[any[U,Y],Y] unavailable 1
        none[none[Y]] yes 0
        none[none[U]] unavailable 1
        none[none[none[P]]] no 1
        none[none[none[M]]] yes 1
        any[any[any[any[P]]]] yes 1
        all[all[all[all[U]]]] unavailable 1
        all[any[M,all[P,none[M,any[N,L]]]],Y] no 4
        all[any[M,all[P,none[M,any[N,N]]]],Y] yes 3
        any[all[P,P,P,M],all[L,none[N]]] yes 5
        """);

    [Theory]
    [MemberData(nameof(Nested))]
    public async Task Conditions_are_asked_in_order_until_one_decides(string condition, string expected, int asked)
    {
        var rules = new RuleText();
        Assert.Equal(expected, await rules.HoldsAsync(condition));
        Assert.Equal(asked, rules.Asked.Count);
    }

    public static TheoryData<string, string, int> Branches { get; } = Rows("""
        Y U a 0
        N Y b 0
        N N c 0
        P U a 1
        M P b 2
        M M c 2
        U Y unavailable 1
        U N unavailable 1
        N U unavailable 1
        M U unavailable 2
        any[N,Y] U a 0
        all[Y,N] L b 1
        none[U] Y unavailable 1
        none[M] U a 1
        all[N,U] Y b 0
        any[Y,U] U a 0
        """);

    [Theory]
    [MemberData(nameof(Branches))]
    public async Task The_first_branch_that_holds_decides_and_nobody_is_asked_for_the_rest(string conditions, string expected, int asked)
    {
        var rules = new RuleText();
        var (first, second) = conditions.Split(" | ") is [var one, var two] ? (one, two) : throw new ArgumentException(conditions);
        var (evaluation, _) = await rules.EvaluateAsync($"[ {{ all-of = [ {first} ], then = 'a' }}, {{ all-of = [ {second} ], then = 'b' }}, {{ else = 'c' }} ]");
        Assert.Equal(expected, evaluation.IsAvailable ? evaluation.Value : "unavailable");
        Assert.Equal(asked, rules.Asked.Count);
    }

    /// <summary>Every operator on every variable that takes it, once where it holds and once where it does not.</summary>
    [Theory]
    [InlineData("listener", "smtp", "submission")]
    [InlineData("helo-domain", "client.EXAMPLE.net", "client.example.org")]
    [InlineData("login", "bob", "bo")]
    [InlineData("authenticated-as", "bob@EXAMPLE.ORG", "Bob@example.org")]
    [InlineData("sender", "Ann@example.ORG", "ann@example.org")]
    [InlineData("sender-domain", "example.org", "example.com")]
    [InlineData("rcpt", "carol@EXAMPLE.com", "Carol@example.com")]
    [InlineData("rcpt-domain", "EXAMPLE.com", "example.org")]
    [InlineData("mx", "MX1.example.com", "mx2.example.com")]
    [InlineData("remote-ip", "10.0.0.0/8", "11.0.0.0/8")]
    [InlineData("local-ip", "2001:db8::/32", "2001:db9::/32")]
    [InlineData("size", "5000", "5001")]
    [InlineData("priority", "-2", "2")]
    [InlineData("is-tls", "true", "false")]
    public async Task Eq_and_ne_and_their_aliases_fit_every_variable(string variable, string same, string other)
    {
        foreach (var equal in (string[])["eq", "equal-to"])
            await HoldsAsync((variable, equal, same, "yes"), (variable, equal, other, "no"));
        foreach (var unequal in (string[])["ne", "not-eq", "not-equal-to"])
            await HoldsAsync((variable, unequal, same, "no"), (variable, unequal, other, "yes"));
    }

    [Theory]
    [InlineData("listener", "sm", "tp", "^s.*p$", "^p")]
    [InlineData("helo-domain", "CLIENT.", ".EXAMPLE.net", @"^client\.EXAMPLE", "^example")]
    [InlineData("login", "b", "ob", "^bob$", "^Bob$")]
    [InlineData("authenticated-as", "bob@EX", "ob@Example.ORG", @"@example\.org$", "^Bob@")]
    [InlineData("sender", "Ann@E", "@example.org", "^Ann@", "^ann@")]
    [InlineData("sender-domain", "EXA", ".ORG", "^EXAMPLE.org$", "com")]
    [InlineData("rcpt", "carol@", "ol@EXAMPLE.com", "ol@ex", "Carol")]
    [InlineData("rcpt-domain", "eXample", "com", "(?:x|y)ample", "^xample")]
    [InlineData("mx", "mx", ".Example.Com", "^mx[0-9]+", "^mx[2-9]")]
    public async Task Text_can_be_compared_in_part(string variable, string start, string end, string pattern, string otherPattern)
    {
        await HoldsAsync(
            (variable, "starts-with", start, "yes"), (variable, "not-starts-with", start, "no"),
            (variable, "starts-with", "~" + start, "no"), (variable, "not-starts-with", "~" + start, "yes"),
            (variable, "ends-with", end, "yes"), (variable, "not-ends-with", end, "no"),
            (variable, "ends-with", end + "~", "no"), (variable, "not-ends-with", end + "~", "yes"),
            (variable, "matches", pattern, "yes"), (variable, "not-matches", pattern, "no"),
            (variable, "matches", otherPattern, "no"), (variable, "not-matches", otherPattern, "yes"),
            (variable, "starts-with", "", "yes"), (variable, "ends-with", "", "yes"));
    }

    [Theory]
    [InlineData("login", "bob")]
    [InlineData("authenticated-as", "bob@Example.org")]
    [InlineData("sender", "Ann@Example.ORG")]
    [InlineData("rcpt", "carol@example.com")]
    public async Task Mailboxes_are_looked_up_in_lists_and_at_remotes(string variable, string asked)
    {
        await HoldsAsync(
            (variable, "in-list", "list/yes", "yes"), (variable, "not-in-list", "list/yes", "no"),
            (variable, "in-list", "list/no", "no"), (variable, "not-in-list", "list/no", "yes"),
            (variable, "in-list", "remote/up", "yes"), (variable, "not-in-list", "remote/up", "no"),
            (variable, "in-list", "remote/down", "unavailable"), (variable, "not-in-list", "remote/down", "unavailable"));
        var rules = new RuleText();
        await rules.HoldsAsync($"{{ if = '{variable}', in-list = 'remote/up' }}");
        Assert.Equal([$"remote/up {asked}"], rules.Asked);
    }

    [Theory]
    [InlineData("listener", "smtp")]
    [InlineData("helo-domain", "Client.Example.NET")]
    [InlineData("sender-domain", "Example.ORG")]
    [InlineData("rcpt-domain", "example.com")]
    [InlineData("mx", "mx1.example.com")]
    [InlineData("remote-ip", "10.1.2.3")]
    [InlineData("local-ip", "2001:db8::25")]
    public async Task Other_text_is_looked_up_in_lists(string variable, string asked)
    {
        await HoldsAsync(
            (variable, "in-list", "list/yes", "yes"), (variable, "not-in-list", "list/yes", "no"),
            (variable, "in-list", "list/no", "no"), (variable, "not-in-list", "list/no", "yes"));
        var rules = new RuleText();
        await rules.HoldsAsync($"{{ if = '{variable}', in-list = 'list/yes' }}");
        Assert.Equal([$"list/yes {asked}"], rules.Asked);
    }

    static async Task HoldsAsync(params (string Variable, string Operator, string Operand, string Expected)[] rows)
    {
        foreach (var (variable, op, operand, expected) in rows)
        {
            var written = $"{{ if = '{variable}', {op} = {(operand is "true" or "false" || operand.All(c => c is '-' or (>= '0' and <= '9')) && operand.Length > 0 ? operand : $"'{operand}'")} }}";
            Assert.Equal((written, expected), (written, await new RuleText().HoldsAsync(written)));
        }
    }

    /// <summary>Conditions in short, what they come to, and how many questions that takes.</summary>
    static TheoryData<string, string, int> Rows(string table)
    {
        var rows = new TheoryData<string, string, int>();
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ');
            rows.Add(string.Join(" | ", words[..^2].Select(Long)), words[^2], int.Parse(words[^1], System.Globalization.CultureInfo.InvariantCulture));
        }
        return rows;
    }

    static string Long(string text)
    {
        foreach (var junction in (string[])["any", "all", "none"])
            text = text.Replace(junction + "[", $"{{ {junction}-of = [ ", StringComparison.Ordinal);
        text = text.Replace("]", " ] }", StringComparison.Ordinal);
        foreach (var (letter, condition) in Letters)
            text = text.Replace(letter, condition, StringComparison.Ordinal);
        return text;
    }
}
