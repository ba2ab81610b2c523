using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[session.auth]</c>. What decides whether AUTH is offered is asked at EHLO, before any login is known.</summary>
static class AuthSection
{
    static readonly AuthModel Default = new();
    static readonly ConfigType<IReadOnlyList<string>> MechanismList =
        ConfigTypes.Choice(("plain", "PLAIN"), ("login", "LOGIN"), ("oauthbearer", "OAUTHBEARER"), ("xoauth2", "XOAUTH2")).ListOf()
            .Select<IReadOnlyList<string>, IReadOnlyList<string>>(names => [.. names.Distinct()])
            .OrOff([]);

    static readonly SettingKey<IReadOnlyList<string>> Mechanisms = new(
        "auth.mechanisms",
        "The ways to log in that clients are offered, always behind TLS but for auth.allow-plain-text. All of them show the "
        + "secret to the gateway, since a host is to check it; none offers no login.",
        Stages.Ehlo,
        MechanismList,
        Default.Mechanisms) { Example = "[\"plain\", \"login\"]" };
    static readonly SettingKey<LookupLadder> Lookup = new(
        "auth.lookup",
        "Who checks a login: a remote, or a list of user:secret entries. Several are asked in turn while the answer is no, each "
        + "remote for its login.domains only.",
        Stages.Login,
        LookupTypes.Logins,
        Default.Lookup) { Example = "\"remote/imap\"" };
    static readonly SettingKey<bool> Require = new(
        "auth.require",
        "Whether a client must log in before it may send mail, as on a port for submission.",
        Stages.Ehlo,
        ConfigTypes.Flag,
        Default.Require);
    static readonly SettingKey<bool> AllowPlainText = new(
        "auth.allow-plain-text",
        "Whether clients on this machine (loopback) may log in without TLS; others never may.",
        Stages.Ehlo,
        ConfigTypes.Flag,
        Default.AllowPlainText);
    static readonly SettingKey<bool> MustMatchSender = new(
        "auth.must-match-sender",
        "Whether MAIL FROM of a client that has logged in must be the address it logged in with, or stand in the list that has "
        + "the login for its id.",
        Stages.Mail,
        ConfigTypes.Flag,
        Default.MustMatchSender);
    static readonly SettingKey<int> ErrorsTotal = new(
        "auth.errors.total",
        "The failed login, counted from one, that ends the session: its own reply, then 421.",
        Stages.Login,
        ConfigTypes.Count(1, int.MaxValue),
        Default.ErrorsTotal) { OldName = "auth.errors.max", Example = "5" };
    static readonly SettingKey<TimeSpan> ErrorsWait = new(
        "auth.errors.wait",
        "How long a client waits for the reply to a wrong login, which slows down whoever guesses; and for that to one that cannot be decided, or the "
        + "time would tell them apart.",
        Stages.Login,
        ConfigTypes.Pause,
        Default.ErrorsWait) { Example = "\"2s\"" };

    public static TableShape Shape { get; } = new("session", Mechanisms, Lookup, Require, AllowPlainText, MustMatchSender, ErrorsTotal, ErrorsWait);

    public static AuthModel Read(TableReader session) => new()
    {
        Mechanisms = session.Read(Mechanisms),
        Lookup = session.Read(Lookup),
        Require = session.Read(Require),
        AllowPlainText = session.Read(AllowPlainText),
        MustMatchSender = session.Read(MustMatchSender),
        ErrorsTotal = session.Read(ErrorsTotal),
        ErrorsWait = session.Read(ErrorsWait),
    };

    /// <summary>A login that nobody can give is a setting that its operator believes to be in force.</summary>
    public static void WarnIfOutOfReach(TomlTable root, AuthModel auth, IReadOnlyList<ListenerModel> listeners, ReadScope scope)
    {
        var table = new TableReader(TablesById.OrEmpty(root, "session"), scope);
        var isOff = auth.Mechanisms.TryGetConstant(out var mechanisms) && mechanisms.Count == 0;
        var neverInClear = auth.AllowPlainText.TryGetConstant(out var isAllowed) && !isAllowed;
        if (table.Find(Mechanisms) is { } node && !isOff && neverInClear
            && listeners.Any(IsServed) && !listeners.Any(listener => IsServed(listener) && listener.Tls is not null))
            scope.Findings.Warn(node, "nobody can log in: no listener has tls.enable, and without TLS only auth.allow-plain-text lets clients on this machine");
    }

    static bool IsServed(ListenerModel listener) => listener.Protocol != ListenerProtocol.Http;
}
