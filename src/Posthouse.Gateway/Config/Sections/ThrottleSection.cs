using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary><c>[[queue.throttle]]</c>; and <c>[[session.throttle]]</c> and <c>[[queue.quota]]</c>, which are checked, not acted on yet.</summary>
static class ThrottleSection
{
    static readonly Key<Condition?> QueueMatch = Match(Stages.Mx, isActedOn: true);
    static readonly Key<IReadOnlyList<string>> QueueKey = Keys(Stages.Mx, isActedOn: true);
    static readonly Key<int> QueueConcurrency = Count("concurrency", "The most at a time.", isActedOn: true);
    static readonly Key<Rate> QueueRate = RateOf(isActedOn: true);

    public static IReadOnlyList<TableShape> Shapes { get; } =
    [
        new("session.throttle.[]", Match(Stages.Rcpt), Keys(Stages.Rcpt), Count("concurrency", "The most at a time."), RateOf()),
        new("queue.throttle.[]", QueueMatch, QueueKey, QueueConcurrency, QueueRate),
        new("queue.quota.[]", Match(Stages.Queue), Keys(Stages.Queue), Count("messages", "The most messages in the queue at a time."), new Key<long>("size", "The most bytes in the queue at a time.", ConfigTypes.Size, 0) { IsActedOn = false }),
    ];

    /// <summary><c>[[queue.throttle]]</c>, in the order of the file.</summary>
    public static IReadOnlyList<ThrottleModel> ReadQueue(TomlTable root, ReadScope scope)
    {
        if (root.Find("queue.throttle") is not TomlArray tables)
            return [];
        List<ThrottleModel> throttles = [];
        foreach (var table in tables.Items.OfType<TomlTable>())
        {
            var reader = new TableReader(table, scope);
            var rate = reader.Read(QueueRate);
            throttles.Add(new ThrottleModel(reader.Read(QueueMatch), [.. reader.Read(QueueKey).Select(Variable)], reader.Read(QueueConcurrency), rate.Count, rate.Period));
        }
        return throttles;
    }

    // The type of the key lets no other name through.
    static RuleVariable Variable(string name) => RuleVariableNames.TryParse(name, out var variable) ? variable : throw new InvalidOperationException(name);

    static Key<Rate> RateOf(bool isActedOn = false) => new("rate", "The most in a period.", ConfigTypes.Rate.OrOff(default), default) { IsActedOn = isActedOn };

    static Key<int> Count(string name, string meaning, bool isActedOn = false) => new(name, meaning, ConfigTypes.Count(1, int.MaxValue).OrOff(0), 0) { IsActedOn = isActedOn };

    static Key<Condition?> Match(VariableSet known, bool isActedOn = false) =>
        new("match", "What it holds for; without it, for all.", new ConfigType<Condition?>("a condition", (TomlNode node, ReadScope scope, out Condition? condition) =>
        {
            condition = null;
            if (node is not TomlTable table)
                return scope.Expected(node, "a condition");
            condition = new ConditionReader(scope, known).Read(table);
            return condition is not null;
        }) { Example = "{ if = \"remote-ip\", eq = \"192.0.2.0/24\" }" }, null) { IsActedOn = isActedOn };

    static Key<IReadOnlyList<string>> Keys(VariableSet known, bool isActedOn = false) =>
        new("key", "What is counted apart.", ConfigTypes.FromText($"one of {known}", (string text, out string value) =>
            RuleVariableNames.TryParse(value = text, out var variable) && known.Contains(variable), example: "\"sender-domain\"").ListOf(), []) { IsActedOn = isActedOn };
}
