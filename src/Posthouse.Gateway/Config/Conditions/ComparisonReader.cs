using System.Globalization;
using System.Text.RegularExpressions;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>Compiles the right side of a comparison: what fits depends on what the variable holds.</summary>
sealed class ComparisonReader(ReadScope scope, RuleVariable variable, TomlNode operand)
{
    const int LongestPattern = 1024;
    static readonly ConfigType<AddressMask> Mask = ConfigTypes.FromText<AddressMask>("an IP address or a network such as \"10.0.0.0/8\"", (string text, out AddressMask mask) => AddressMask.TryParse(text, out mask));

    public Condition? Read(ConditionOperator op, bool isNegated)
    {
        var kind = RuleVariableNames.KindOf(variable);
        switch (op)
        {
            case ConditionOperator.InList when kind is not (VariableKind.Number or VariableKind.Flag):
                return ReadMembership(kind, isNegated);
            case ConditionOperator.Equal when kind == VariableKind.Address:
                return Mask.TryRead(operand, scope, out var mask) ? new AddressCondition(variable, mask, isNegated) : null;
            case ConditionOperator.Equal when kind == VariableKind.Flag:
                return ConfigTypes.Flag.TryRead(operand, scope, out var flag) ? new NumberCondition(variable, flag ? 1 : 0, isNegated) : null;
            case ConditionOperator.Equal when kind == VariableKind.Number:
                return TryReadNumber(out var number) ? Told(new NumberCondition(variable, number, isNegated), isNegated) : null;
            case var _ when kind is VariableKind.Address or VariableKind.Flag or VariableKind.Number:
                scope.Findings.ErrorAtKey(operand, $"does not fit {RuleVariableNames.NameOf(variable)}, which takes eq and ne{(kind == VariableKind.Address ? " and in-list" : "")}");
                return null;
            case ConditionOperator.Matches:
                return ReadPattern(isNegated);
            default:
                return ReadText(op, isNegated);
        }
    }

    TextCondition? ReadText(ConditionOperator op, bool isNegated)
    {
        var how = op switch
        {
            ConditionOperator.StartsWith => TextOperator.StartsWith,
            ConditionOperator.EndsWith => TextOperator.EndsWith,
            _ => TextOperator.Equal,
        };
        if (!ConfigTypes.Text.TryRead(operand, scope, out var text))
            return null;
        if (variable == RuleVariable.Listener && how == TextOperator.Equal)
            scope.Names.WarnIfNoListener(text, operand, scope.Findings);
        var condition = new TextCondition(variable, how, text, isNegated);
        if (condition.IsFutile)
        {
            Tell(isNegated, variable == RuleVariable.Sender
                ? "sender is a whole address; sender-domain is its domain"
                : $"{RuleVariableNames.NameOf(variable)} is a domain, which has no @");
        }
        return condition;
    }

    NumberCondition Told(NumberCondition condition, bool isNegated)
    {
        if (condition.IsFutile)
            Tell(isNegated, $"{RuleVariableNames.NameOf(variable)} is never below zero");
        return condition;
    }

    void Tell(bool isNegated, string why) => scope.Findings.Warn(operand, $"{(isNegated ? "always" : "never")} holds: {why}");

    PatternCondition? ReadPattern(bool isNegated)
    {
        if (!ConfigTypes.Text.TryRead(operand, scope, out var pattern))
            return null;
        if (pattern.Length > LongestPattern)
        {
            scope.Findings.Error(operand, $"is a pattern of more than {LongestPattern} characters");
            return null;
        }
        if (RuleVariableNames.KindOf(variable) == VariableKind.Mailbox && SeesUpperCase(pattern))
            scope.Findings.Warn(operand, "has an upper-case letter behind @: the domain of an address is in lower case here, whatever was written");
        try
        {
            return new PatternCondition(variable, pattern, isNegated);
        }
        catch (NotSupportedException)
        {
            scope.Findings.Error(operand, "is a pattern that cannot be matched in linear time: lookarounds, backreferences and atomic groups are out, and so are repetitions that multiply");
        }
        catch (ArgumentException fault)
        {
            scope.Findings.Error(operand, $"is not a regular expression: {Plain(fault)}");
        }
        return null;
    }

    /// <summary>Without the pattern, which stands in the file.</summary>
    static string Plain(ArgumentException fault)
    {
        if (fault is not RegexParseException { Offset: var offset })
            return fault.Message;
        var place = string.Create(CultureInfo.InvariantCulture, $" at offset {offset}. ");
        var why = fault.Message[(fault.Message.LastIndexOf(place, StringComparison.Ordinal) + place.Length)..].TrimEnd('.');
        return string.Create(CultureInfo.InvariantCulture, $"{why}, before its character {offset + 1}");
    }

    /// <summary>A letter behind a backslash is a class, or itself.</summary>
    static bool SeesUpperCase(string pattern)
    {
        for (var i = pattern.IndexOf('@', StringComparison.Ordinal); i >= 0 && i < pattern.Length; i += pattern[i] == '\\' ? 2 : 1)
            if (char.IsAsciiLetterUpper(pattern[i]))
                return !pattern.Contains("(?i", StringComparison.Ordinal);
        return false;
    }

    MembershipCondition? ReadMembership(VariableKind kind, bool isNegated)
    {
        if (!LookupTypes.Membership.TryRead(operand, scope, out var target))
            return null;
        if (target.Kind == LookupKind.Remote && kind != VariableKind.Mailbox)
        {
            scope.Findings.Error(operand, $"a remote host knows mailboxes; it cannot be asked about {RuleVariableNames.NameOf(variable)}");
            return null;
        }
        return new MembershipCondition(variable, scope.Memberships(target), isNegated);
    }

    bool TryReadNumber(out long number)
    {
        number = 0;
        return operand switch
        {
            TomlInteger integer => (number = integer.Value) == integer.Value,
            TomlText { Value: var text } when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) => true,
            _ => scope.Expected(operand, "an integer"),
        };
    }
}
