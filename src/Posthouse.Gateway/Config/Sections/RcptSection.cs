using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[session.rcpt]</c>.</summary>
static class RcptSection
{
    static readonly RcptModel Default = new();

    static readonly SettingKey<bool> Relay = new(
        "rcpt.relay",
        "Whether mail is taken for domains that are not in rcpt.lookup.domains. true for everybody is an open relay.",
        Stages.Rcpt,
        ConfigTypes.Flag,
        Default.Relay) { Example = "[ { if = \"authenticated-as\", ne = \"\", then = true }, { else = false } ]" };
    static readonly SettingKey<int> MaxRecipients = new(
        "rcpt.max-recipients",
        "The most recipients that one message may have; the next is told 452, so that its client sends another message. RFC 5321 "
        + "asks for at least 100.",
        Stages.Rcpt,
        ConfigTypes.Count(1, int.MaxValue),
        Default.MaxRecipients) { Example = "500" };
    static readonly SettingKey<LookupLadder> Domains = new(
        "rcpt.lookup.domains",
        "Which list knows the domains served here; for all others rcpt.relay decides. Without it every recipient is looked up in "
        + "rcpt.lookup.addresses, whatever the domain.",
        Stages.Rcpt,
        LookupTypes.Domains,
        Default.Domains) { Example = "\"list/domains\"" };
    static readonly SettingKey<LookupLadder> Addresses = new(
        "rcpt.lookup.addresses",
        "Who knows the recipients; of several, only a no goes on to the next. An unavailable one is 451, never a yes or a no.",
        Stages.Rcpt,
        LookupTypes.Recipients,
        Default.Addresses) { Example = "[\"remote/lmtp\", \"list/aliases\"]" };
    static readonly SettingKey<LookupLadder> Vrfy = new(
        "rcpt.lookup.vrfy",
        "Who answers VRFY; without it 252. Strangers who may ask learn who is here.",
        Stages.Ehlo,
        LookupTypes.Answers,
        Default.Vrfy) { Example = "[ { if = \"authenticated-as\", ne = \"\", then = \"remote/lmtp\" }, { else = false } ]" };
    static readonly SettingKey<LookupLadder> Expn = new(
        "rcpt.lookup.expn",
        "Who answers EXPN; without it 252. Strangers who may ask learn who is in a mailing list.",
        Stages.Ehlo,
        LookupTypes.Answers,
        Default.Expn) { Example = "[ { if = \"authenticated-as\", ne = \"\", then = \"remote/lmtp\" }, { else = false } ]" };
    static readonly SettingKey<int> ErrorsTotal = new(
        "rcpt.errors.total",
        "The refused recipient, counted from one, that ends the session: its own reply, then 421.",
        Stages.Rcpt,
        ConfigTypes.Count(1, int.MaxValue),
        Default.ErrorsTotal) { OldName = "rcpt.errors.max" };
    static readonly SettingKey<TimeSpan> ErrorsWait = new(
        "rcpt.errors.wait",
        "How long a client waits for the reply to a refused recipient, which slows down whoever tries names.",
        Stages.Rcpt,
        ConfigTypes.Pause,
        Default.ErrorsWait) { Example = "\"2s\"" };

    public static TableShape Shape { get; } = new("session", Relay, MaxRecipients, Domains, Addresses, Vrfy, Expn, ErrorsTotal, ErrorsWait);

    public static RcptModel Read(TableReader session, ReadScope scope) => new()
    {
        Relay = session.Read(Relay),
        MaxRecipients = session.Read(MaxRecipients),
        AnnouncedRecipients = session.Announced(MaxRecipients),
        Domains = session.Read(Domains),
        Addresses = ReadAddresses(session, scope),
        Vrfy = ReadAnswers(session, Vrfy, scope),
        Expn = ReadAnswers(session, Expn, scope),
        ErrorsTotal = session.Read(ErrorsTotal),
        ErrorsWait = session.Read(ErrorsWait),
    };

    static Setting<LookupLadder> ReadAddresses(TableReader session, ReadScope scope)
    {
        var compiled = session.Compile(Addresses);
        // What is faulty has been reported, and next-hop by lookup need not be as well.
        scope.Names.IsHostAskedAboutRecipients = compiled is null
            ? session.Find(Addresses) is not null
            : compiled.Values.Any(ladder => ladder.Targets.Any(target => target.Kind == LookupKind.Remote));
        return compiled?.Setting ?? Addresses.Fallback;
    }

    /// <summary>VRFY and EXPN open to strangers tell them who is here.</summary>
    static Setting<LookupLadder> ReadAnswers(TableReader session, SettingKey<LookupLadder> key, ReadScope scope)
    {
        if (session.Compile(key) is not { } compiled)
            return key.Fallback;
        if (!compiled.Uses.Contains(RuleVariable.AuthenticatedAs) && compiled.Values.Any(ladder => !ladder.IsNone))
            scope.Findings.Warn(session.Find(key)!, "answers strangers too, since it does not depend on authenticated-as");
        return compiled.Setting;
    }
}
