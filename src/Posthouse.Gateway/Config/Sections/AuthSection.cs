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

    static readonly SettingKey<IReadOnlyList<string>> Mechanisms = new("auth.mechanisms", "The ways to log in that clients are offered.", Stages.Ehlo, MechanismList, Default.Mechanisms);
    static readonly SettingKey<LookupLadder> Lookup = new("auth.lookup", "Who checks a login: a remote or a list, or several asked in turn while the answer is no.", Stages.Login, LookupTypes.Logins, Default.Lookup);
    static readonly SettingKey<bool> Require = new("auth.require", "Whether a client must log in before it may send mail.", Stages.Ehlo, ConfigTypes.Flag, Default.Require);
    static readonly SettingKey<bool> AllowPlainText = new("auth.allow-plain-text", "Whether clients on this machine (loopback) may log in without TLS.", Stages.Ehlo, ConfigTypes.Flag, Default.AllowPlainText);
    static readonly SettingKey<bool> MustMatchSender = new("auth.must-match-sender", "Whether MAIL FROM must be the login or stand in its list.", Stages.Mail, ConfigTypes.Flag, Default.MustMatchSender);
    static readonly SettingKey<int> ErrorsTotal = new("auth.errors.total", "The failed login that ends the session, counted from one.", Stages.Login, ConfigTypes.Count(1, int.MaxValue), Default.ErrorsTotal) { OldName = "auth.errors.max" };
    static readonly SettingKey<TimeSpan> ErrorsWait = new("auth.errors.wait", "How long a client waits for the reply to a wrong login.", Stages.Login, ConfigTypes.Pause, Default.ErrorsWait);

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
