using System.Net;
using System.Text.RegularExpressions;

namespace Posthouse.Tests.Rules;

/// <summary>A condition as a tree: the slow and plain evaluator that the compiled one is compared with, from DIALECT §5 alone.</summary>
abstract record NaiveRule
{
    /// <summary>Yes, no, or null for unavailable; notes each question.</summary>
    public abstract bool? Holds(Subject subject, List<string> asked);

    public abstract string Text { get; }

    public sealed record Comparison(string Variable, string Operator, string Operand) : NaiveRule
    {
        public override string Text => $"{{ if = '{Variable}', {Operator} = '{Operand}' }}";

        public override bool? Holds(Subject subject, List<string> asked)
        {
            var negated = Operator.StartsWith("not-", StringComparison.Ordinal) || Operator == "ne";
            var op = Operator.StartsWith("not-", StringComparison.Ordinal) ? Operator["not-".Length..] : Operator;
            var answer = op switch
            {
                "eq" or "ne" or "equal-to" => Equal(subject),
                "starts-with" => Fold(ValueOf(subject)).StartsWith(FoldAs(Operand, ValueOf(subject), fromStart: true), StringComparison.Ordinal),
                "ends-with" => Fold(ValueOf(subject)).EndsWith(FoldAs(Operand, ValueOf(subject), fromStart: false), StringComparison.Ordinal),
                "matches" => Regex.IsMatch(Fold(ValueOf(subject)), Operand, IsDomain ? RegexOptions.IgnoreCase | RegexOptions.CultureInvariant : RegexOptions.CultureInvariant),
                _ => InList(subject, asked),
            };
            return answer is { } known ? known != negated : null;
        }

        bool IsDomain => Variable is "helo-domain" or "login-domain" or "sender-domain" or "rcpt-domain" or "mx";

        bool IsMailbox => Variable is "login" or "authenticated-as" or "sender" or "rcpt";

        bool IsAddress => Variable is "remote-ip" or "local-ip";

        string ValueOf(Subject subject) => Variable switch
        {
            "listener" => "smtp",
            "helo-domain" => "Client.Example.NET",
            "login" => "bob",
            "login-domain" => "",
            "authenticated-as" => subject.AuthenticatedAs,
            "sender" => subject.Sender,
            "sender-domain" => "Example.ORG",
            "rcpt" => "carol@example.com",
            "rcpt-domain" => "example.com",
            "mx" => "mx1.example.com",
            "remote-ip" => subject.RemoteIp?.ToString() ?? "",
            "local-ip" => "2001:db8::25",
            "size" => "5000",
            "priority" => "-2",
            _ => "true",
        };

        bool? Equal(Subject subject)
        {
            if (!IsAddress)
                return Fold(ValueOf(subject)) == FoldAs(Operand, ValueOf(subject), fromStart: true) && Operand.Length == ValueOf(subject).Length;
            return ValueOf(subject).Length > 0 && IPNetwork.Parse(Operand.Contains('/', StringComparison.Ordinal) ? Operand : Operand + (Operand.Contains(':', StringComparison.Ordinal) ? "/128" : "/32")) is var network
                && network.Contains(IPAddress.Parse(ValueOf(subject)));
        }

        bool? InList(Subject subject, List<string> asked)
        {
            if (ValueOf(subject).Length == 0)
                return false;
            asked.Add($"{Operand} {ValueOf(subject)}");
            return Operand switch
            {
                "list/yes" or "remote/up" => true,
                "list/no" => false,
                _ => null,
            };
        }

        /// <summary>What lies in a domain in lower case.</summary>
        string Fold(string value)
        {
            if (IsDomain)
                return value.ToLowerInvariant();
            var at = value.LastIndexOf('@');
            return IsMailbox && at >= 0 ? value[..at] + value[at..].ToLowerInvariant() : value;
        }

        /// <summary>The operand, folded where it lies beside the value's domain.</summary>
        string FoldAs(string operand, string value, bool fromStart)
        {
            if (IsDomain)
                return operand.ToLowerInvariant();
            var at = value.LastIndexOf('@');
            if (!IsMailbox || at < 0)
                return operand;
            var start = fromStart ? 0 : value.Length - operand.Length;
            return string.Concat(operand.Select((c, i) => start + i > at ? char.ToLowerInvariant(c) : c));
        }
    }

    public sealed record Junction(string Kind, IReadOnlyList<NaiveRule> Parts) : NaiveRule
    {
        public override string Text => $"{{ {Kind} = [ {string.Join(", ", Parts.Select(part => part.Text))} ] }}";

        public override bool? Holds(Subject subject, List<string> asked)
        {
            foreach (var part in Parts)
            {
                var answer = part.Holds(subject, asked);
                if (answer is null)
                    return null;
                if (answer == (Kind != "all-of"))
                    return Kind == "any-of";
            }
            return Kind != "any-of";
        }
    }
}
