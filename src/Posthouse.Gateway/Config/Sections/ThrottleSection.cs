using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary><c>[[session.throttle]]</c>, <c>[[queue.throttle]]</c> and <c>[[queue.quota]]</c>.</summary>
static class ThrottleSection
{
    static readonly Key<Condition?> SessionMatch = Match(
        Stages.Rcpt, "What it holds for; without it, for all. It counts connections; asked about a name, a login or a sender, transactions; about a recipient, recipients.");
    static readonly Key<IReadOnlyList<string>> SessionKey = Keys(Stages.Rcpt);
    static readonly Key<Condition?> QueueMatch = Match(Stages.Mx, "What it holds for; without it, for all.");
    static readonly Key<IReadOnlyList<string>> QueueKey = Keys(Stages.Mx);
    static readonly Key<Condition?> QuotaMatch = Match(Stages.Queue, "What mail it holds for; without it, for all that clients bring. Reports of our own are neither counted nor refused.");
    static readonly Key<IReadOnlyList<string>> QuotaKey = Keys(Stages.Queue);
    static readonly Key<int> Concurrency = Count("concurrency", "The most at a time.");
    static readonly Key<Rate> RateOf = new("rate", "The most in a period.", ConfigTypes.Rate.OrOff(default), default);
    static readonly Key<int> Messages = Count("messages", "The most messages in the queue at a time; what is over it is refused with 452 4.3.1.");
    static readonly Key<long> Size = new(
        "size", "The most bytes in the queue at a time; what is over it is refused with 452 4.3.1.",
        ConfigTypes.Size.Where("a size above zero", static size => size > 0).OrOff(0), 0);

    public static IReadOnlyList<TableShape> Shapes { get; } =
    [
        new("session.throttle.[]", SessionMatch, SessionKey, Concurrency, RateOf),
        new("queue.throttle.[]", QueueMatch, QueueKey, Concurrency, RateOf),
        new("queue.quota.[]", QuotaMatch, QuotaKey, Messages, Size),
    ];

    /// <summary><c>[[session.throttle]]</c>, each where what it asks about is known; in the order of the file.</summary>
    public static SessionThrottleModel ReadSession(TomlTable root, ReadScope scope)
    {
        var throttles = ReadAll(root, scope, "session.throttle", (reader, written) => Throttle(reader, written, SessionMatch, SessionKey, scope));
        return new SessionThrottleModel
        {
            AtConnect = [.. throttles.Where(static one => IsKnown(one, Stages.Connect))],
            AtMail = [.. throttles.Where(static one => IsKnown(one, Stages.Mail) && !IsKnown(one, Stages.Connect))],
            AtRcpt = [.. throttles.Where(static one => !IsKnown(one, Stages.Mail))],
        };
    }

    /// <summary><c>[[queue.throttle]]</c>, in the order of the file.</summary>
    public static IReadOnlyList<ThrottleModel> ReadQueue(TomlTable root, ReadScope scope) =>
        ReadAll(root, scope, "queue.throttle", (reader, written) => Throttle(reader, written, QueueMatch, QueueKey, scope));

    /// <summary><c>[[queue.quota]]</c>, in the order of the file.</summary>
    public static IReadOnlyList<QuotaModel> ReadQuotas(TomlTable root, ReadScope scope) => ReadAll(root, scope, "queue.quota", (reader, written) =>
    {
        var (messages, size) = (reader.Read(Messages), reader.Read(Size));
        WarnIf(IsOpen(reader, Messages) && IsOpen(reader, Size), reader, scope, "has neither messages nor size, so it bounds nothing");
        return new QuotaModel(reader.Read(QuotaMatch), Variables(reader.Read(QuotaKey)), messages, size) { Written = written };
    });

    static List<T> ReadAll<T>(TomlTable root, ReadScope scope, string path, Func<TableReader, string, T> read)
    {
        List<T> bounds = [];
        Dictionary<string, int> alike = [];
        foreach (var table in (root.Find(path) as TomlArray)?.Items.OfType<TomlTable>() ?? [])
        {
            var written = TomlWriter.Write(table);
            var before = alike[written] = alike.GetValueOrDefault(written) + 1;
            bounds.Add(read(new TableReader(table, scope), $"{written} {before}"));
        }
        return bounds;
    }

    static ThrottleModel Throttle(TableReader reader, string written, Key<Condition?> match, Key<IReadOnlyList<string>> key, ReadScope scope)
    {
        var (concurrency, rate) = (reader.Read(Concurrency), reader.Read(RateOf));
        WarnIf(IsOpen(reader, Concurrency) && IsOpen(reader, RateOf), reader, scope, "has neither concurrency nor rate, so it bounds nothing");
        return new ThrottleModel(reader.Read(match), Variables(reader.Read(key)), concurrency, rate.Count, rate.Period) { Written = written };
    }

    /// <summary>Not there, or a word for none; what is wrong is reported as that.</summary>
    static bool IsOpen(TableReader reader, KeyDescription key) => reader.Find(key) is not { } node || ConfigTypeCombining.IsOff(node);

    static void WarnIf(bool isSo, TableReader reader, ReadScope scope, string message)
    {
        if (isSo)
            scope.Findings.Warn(reader.Table, message);
    }

    static bool IsKnown(BoundModel bound, VariableSet known) => bound.Uses.Without(known) == VariableSet.Empty;

    // The type of the key lets no other name through.
    static RuleVariable[] Variables(IReadOnlyList<string> names) =>
        [.. names.Select(static name => RuleVariableNames.TryParse(name, out var variable) ? variable : throw new InvalidOperationException(name))];

    static Key<int> Count(string name, string meaning) => new(name, meaning, ConfigTypes.Count(1, int.MaxValue).OrOff(0), 0);

    static Key<Condition?> Match(VariableSet known, string meaning) =>
        new("match", meaning, new ConfigType<Condition?>("a condition", (TomlNode node, ReadScope scope, out Condition? condition) =>
        {
            condition = null;
            if (node is not TomlTable table)
                return scope.Expected(node, "a condition");
            condition = new ConditionReader(scope, known).Read(table);
            UnreachableBranches.WarnIfNever(table, condition, scope);
            if (condition?.Decide(Supposition.Nothing) is true)
                scope.Findings.Warn(table, "always holds: without match it would hold for all as well");
            return condition is not null;
        }, new ValueForm.Condition(known)) { Example = "{ if = \"remote-ip\", eq = \"192.0.2.0/24\" }" }, null);

    static Key<IReadOnlyList<string>> Keys(VariableSet known) =>
        new("key", "What is counted apart, each combination of values by itself; of remote-ip an IPv6 client counts by its /64, of which it has every address.", ConfigTypes.FromText($"one of {known}", (string text, out string value) =>
            RuleVariableNames.TryParse(value = text, out var variable) && known.Contains(variable), example: "\"sender-domain\"").ListOf(), []);
}
