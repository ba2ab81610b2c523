using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>What a lookup is asked.</summary>
enum LookupQuestion
{
    Login,
    Domain,
    Recipient,
    Answer,
}

/// <summary>Names of lookups, checked against what the configuration declares.</summary>
static class LookupTypes
{
    const string RemotePrefix = "remote/";
    const string ListPrefix = "list/";
    const string Form = "remote/<id> or list/<id>";

    /// <summary><c>in-list</c>.</summary>
    public static ConfigType<LookupTarget> Membership { get; } = One(LookupQuestion.Recipient);

    public static ConfigType<LookupLadder> Logins { get; } = Ladder(LookupQuestion.Login);

    public static ConfigType<LookupLadder> Domains { get; } = Ladder(LookupQuestion.Domain);

    public static ConfigType<LookupLadder> Recipients { get; } = Ladder(LookupQuestion.Recipient);

    /// <summary>VRFY and EXPN.</summary>
    public static ConfigType<LookupLadder> Answers { get; } = Ladder(LookupQuestion.Answer);

    static ConfigType<LookupTarget> One(LookupQuestion question) =>
        new(Form, (TomlNode node, ReadScope scope, out LookupTarget target) =>
        {
            target = default;
            if (node is not TomlText text)
                return scope.Expected(node, Form);
            return Macros.TryExpand(text, scope.Findings, out var written) && TryResolve(node, written, question, scope, out target);
        }, ValueForm.Text);

    static ConfigType<LookupLadder> Ladder(LookupQuestion question)
    {
        var list = One(question).ListOf();
        return new ConfigType<LookupLadder>($"{list.Name}, or false", (TomlNode node, ReadScope scope, out LookupLadder ladder) =>
        {
            ladder = LookupLadder.None;
            if (ConfigTypeCombining.IsOff(node))
                return true;
            if (!list.TryRead(node, scope, out var targets))
                return false;
            ladder = targets.Count == 0 ? LookupLadder.None : new LookupLadder(targets);
            return question != LookupQuestion.Login || targets.Count < 2 || LoginLadder.Check(node, targets, scope);
        }, new ValueForm.Either(list.Form, ValueForm.None)) { Write = static ladder => ladder.IsNone ? "false" : null };
    }

    static bool TryResolve(TomlNode node, string written, LookupQuestion question, ReadScope scope, out LookupTarget target)
    {
        target = default;
        if (written.StartsWith(RemotePrefix, StringComparison.Ordinal))
        {
            target = new LookupTarget(LookupKind.Remote, written[RemotePrefix.Length..]);
            return CheckRemote(node, target.Id, question, scope);
        }
        if (written.StartsWith(ListPrefix, StringComparison.Ordinal))
        {
            target = new LookupTarget(LookupKind.List, written[ListPrefix.Length..]);
            if (scope.Names.Lists.TryGetValue(target.Id, out var list))
            {
                target = target with { List = list };
                scope.Names.Used.Add(("list", target.Id));
                return true;
            }
            scope.Findings.NotThere(node, $"there is no list {ConfigFindings.Quoted(target.Id)} in [list]{DidYouMean.Hint(target.Id, scope.Names.Lists.Keys)}");
            return false;
        }
        scope.Findings.Error(node, written.StartsWith("db/", StringComparison.Ordinal)
            ? "db/... lookups are not implemented: name a list or a remote"
            : $"{ConfigFindings.Quoted(written)} is not {Form}{HintOf(written, scope)}");
        return false;
    }

    static string HintOf(string written, ReadScope scope) =>
        scope.Names.Remotes.ContainsKey(written) ? $"; did you mean \"{RemotePrefix}{written}\"?"
        : scope.Names.Lists.ContainsKey(written) ? $"; did you mean \"{ListPrefix}{written}\"?"
        : "";

    static bool CheckRemote(TomlNode node, string id, LookupQuestion question, ReadScope scope)
    {
        scope.Names.Used.Add(("remote", id));
        if (!scope.Names.Remotes.TryGetValue(id, out var remote))
            scope.Findings.NotThere(node, $"there is no [remote.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, scope.Names.Remotes.Keys)}");
        else if (question == LookupQuestion.Domain)
            scope.Findings.Error(node, $"a remote host knows mailboxes, not domains; name a list such as \"list/domains\" in place of {ConfigFindings.Quoted(RemotePrefix + id)}");
        else if (remote.Protocol == RemoteProtocol.Imap && question != LookupQuestion.Login)
            scope.Findings.Error(node, $"remote {ConfigFindings.Quoted(id)} speaks IMAP, which answers logins only");
        else if (!remote.Lookup)
            scope.Findings.Error(node, $"remote {ConfigFindings.Quoted(id)} has lookup = false; set it to true to ask the host");
        else
            return true;
        return false;
    }
}

/// <summary>A ladder of logins shows a password to the next host unless each remote says whose logins it serves.</summary>
static class LoginLadder
{
    public static bool Check(TomlNode node, IReadOnlyList<LookupTarget> targets, ReadScope scope)
    {
        var open = targets.Where(t => t.Kind == LookupKind.Remote && !scope.Names.Remotes[t.Id].HasLoginDomains).Select(t => t.Id).FirstOrDefault();
        if (open is null)
            return true;
        scope.Findings.Error(node, $"a ladder of logins needs login.domains in [remote.{ConfigFindings.Quoted(open)}], or a password would be shown to the next host");
        return false;
    }
}
