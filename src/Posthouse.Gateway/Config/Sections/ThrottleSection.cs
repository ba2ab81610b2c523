using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary><c>[[session.throttle]]</c>, <c>[[queue.throttle]]</c>, <c>[[queue.quota]]</c>: checked, not acted on yet.</summary>
static class ThrottleSection
{
    public static IReadOnlyList<TableShape> Shapes { get; } =
    [
        Throttle("session.throttle.[]", Stages.Rcpt),
        Throttle("queue.throttle.[]", Stages.Mx),
        new("queue.quota.[]", Match(Stages.Queue), Keys(Stages.Queue), Count("messages", "The most messages in the queue at a time."), new Key<long>("size", "The most bytes in the queue at a time.", ConfigTypes.Size, 0) { IsActedOn = false }),
    ];

    static TableShape Throttle(string path, VariableSet known) => new(
        path, Match(known), Keys(known), Count("concurrency", "The most at a time."),
        new Key<Rate>("rate", "The most in a period.", ConfigTypes.Rate.OrOff(default), default) { IsActedOn = false });

    static Key<int> Count(string name, string meaning) => new(name, meaning, ConfigTypes.Count(1, int.MaxValue).OrOff(0), 0) { IsActedOn = false };

    static Key<Condition?> Match(VariableSet known) =>
        new("match", "What it holds for; without it, for all.", new ConfigType<Condition?>("a condition", (TomlNode node, ReadScope scope, out Condition? condition) =>
        {
            condition = null;
            if (node is not TomlTable table)
                return scope.Expected(node, "a condition");
            condition = new ConditionReader(scope, known).Read(table);
            return condition is not null;
        }), null) { IsActedOn = false };

    static Key<IReadOnlyList<string>> Keys(VariableSet known) =>
        new("key", "What is counted apart.", ConfigTypes.FromText($"one of {known}", (string text, out string value) =>
            RuleVariableNames.TryParse(value = text, out var variable) && known.Contains(variable)).ListOf(), []) { IsActedOn = false };
}
