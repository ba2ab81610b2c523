using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Bounds;

/// <summary>What a bound counts a subject under.</summary>
static class BoundValue
{
    const int MostShown = 100;

    /// <summary>The value of its key; null where the bound does not hold for the subject, unavailable where that cannot be decided now.</summary>
    internal static async ValueTask<Evaluation<string?>> OfAsync(BoundModel bound, IRuleSubject subject, CancellationToken cancellationToken)
    {
        if (bound.Match is { } match)
        {
            var holds = await match.HoldsAsync(subject, cancellationToken).ConfigureAwait(false);
            if (!holds.IsAvailable)
                return Evaluation<string?>.Unavailable(holds.Reason);
            if (!holds.Value)
                return new Evaluation<string?>(null);
        }
        return new Evaluation<string?>(Of(bound.Key, subject));
    }

    /// <summary>For a log: <c>sender-domain example.org, remote-ip 192.0.2.1</c>.</summary>
    internal static string Shown(BoundModel bound, string value) => bound.Key.Count == 0
        ? bound.Match is null ? "all mail" : "all mail that it matches"
        : string.Join(", ", bound.Key.Zip(value.Split('\n'), static (variable, part) => $"{RuleVariableNames.NameOf(variable)} {Cut(part)}"));

    static string Cut(string part) => part.Length == 0 ? "\"\"" : part.Length > MostShown ? part[..MostShown] + "..." : part;

    /// <summary>
    /// A line for each variable, which no value can hold. What compares without case counts without it, and an IPv6 client by its /64, or one client
    /// would be many.
    /// </summary>
    internal static string Of(IReadOnlyList<RuleVariable> key, IRuleSubject subject)
    {
        if (key.Count == 0)
            return "";
        var value = new StringBuilder();
        foreach (var variable in key)
        {
            _ = RuleVariableNames.KindOf(variable) switch
            {
                VariableKind.Address when variable == RuleVariable.RemoteIp => value.Append(ClientNetwork.TextOf(subject.Address(variable))),
                VariableKind.Address => value.Append(subject.Address(variable)),
                VariableKind.Number or VariableKind.Flag => value.Append(subject.Number(variable)),
                VariableKind.Domain => value.Append(subject.Text(variable).ToLowerInvariant()),
                VariableKind.Mailbox => value.Append(MailboxText.Normalise(subject.Text(variable))),
                _ => value.Append(subject.Text(variable)),
            };
            value.Append('\n');
        }
        return value.ToString();
    }
}
