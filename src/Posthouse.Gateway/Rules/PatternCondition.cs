using System.Text.RegularExpressions;

namespace Posthouse.Gateway.Rules;

/// <summary>
/// <c>matches</c>: a search with a regex that runs in time linear in the text, so that a sender cannot choose a text that
/// stalls the server. A domain variable matches without case; of a mailbox the pattern sees the domain in lower case.
/// </summary>
sealed class PatternCondition : LocalCondition
{
    static readonly string[] AnyPattern = ["", "^", "$", ".*", "^.*", ".*$", "^.*$"];
    readonly Regex _pattern;
    readonly bool _isMailbox;
    readonly bool _negated;

    /// <summary>Throws <see cref="ArgumentException"/> or <see cref="NotSupportedException"/> for a pattern that cannot be had.</summary>
    public PatternCondition(RuleVariable variable, string pattern, bool negated)
        : base(variable)
    {
        var kind = RuleVariableNames.KindOf(variable);
        var ignoreCase = kind == VariableKind.Domain ? RegexOptions.IgnoreCase : RegexOptions.None;
        _pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | ignoreCase);
        _isMailbox = kind == VariableKind.Mailbox;
        _negated = negated;
    }

    public override bool? Decide(Supposition supposition) =>
        supposition.Text(Variable) is { } value ? Matches(value)
        : AnyPattern.Contains(_pattern.ToString(), StringComparer.Ordinal) ? !_negated
        : null;

    protected override bool Holds(IRuleSubject subject) => Matches(subject.Text(Variable));

    bool Matches(string value) => _pattern.IsMatch(_isMailbox ? MailboxText.Normalise(value) : value) ^ _negated;
}
