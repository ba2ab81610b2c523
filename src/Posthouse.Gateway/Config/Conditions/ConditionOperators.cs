namespace Posthouse.Gateway.Config.Conditions;

enum ConditionOperator
{
    Equal,
    StartsWith,
    EndsWith,
    Matches,
    InList,
}

/// <summary>The operators as written, each with whether it is negated.</summary>
static class ConditionOperators
{
    public static IReadOnlyDictionary<string, (ConditionOperator Operator, bool IsNegated)> All { get; } =
        new Dictionary<string, (ConditionOperator, bool)>(StringComparer.Ordinal)
        {
            ["eq"] = (ConditionOperator.Equal, false),
            ["equal-to"] = (ConditionOperator.Equal, false),
            ["ne"] = (ConditionOperator.Equal, true),
            ["not-eq"] = (ConditionOperator.Equal, true),
            ["not-equal-to"] = (ConditionOperator.Equal, true),
            ["starts-with"] = (ConditionOperator.StartsWith, false),
            ["not-starts-with"] = (ConditionOperator.StartsWith, true),
            ["ends-with"] = (ConditionOperator.EndsWith, false),
            ["not-ends-with"] = (ConditionOperator.EndsWith, true),
            ["matches"] = (ConditionOperator.Matches, false),
            ["not-matches"] = (ConditionOperator.Matches, true),
            ["in-list"] = (ConditionOperator.InList, false),
            ["not-in-list"] = (ConditionOperator.InList, true),
        };
}
