using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Rules;

/// <summary>Compiles conditions and if-blocks beside <c>list/yes</c>, <c>list/no</c>, <c>remote/up</c> and <c>remote/down</c>.</summary>
sealed class RuleText
{
    readonly ReadScope _scope;

    // Remotes answer only once the caller has its task, so that the path that continues later is taken every time.
    readonly TaskCompletionSource _answering = new();

    public RuleText()
    {
        _scope = new ReadScope("/etc", target => new Fake(target.ToString(), Asked, _answering.Task));
        foreach (var list in new[] { "yes", "no" })
            _scope.Names.Lists[list] = new AddressList(list, []);
        foreach (var remote in new[] { "up", "down" })
            _scope.Names.Remotes[remote] = new NamedRemote(RemoteProtocol.Smtp, Lookup: true, HasLoginDomains: false);
        _scope.Rules.Declare("local", Assert.IsType<TomlTable>(Node("{ if = 'remote-ip', eq = '10.0.0.0/8' }")));
    }

    /// <summary>Each question put to a list or a remote.</summary>
    public List<string> Asked { get; } = [];

    public async Task<string> HoldsAsync(string condition, Subject? subject = null)
    {
        var compiled = new ConditionReader(_scope, Stages.Everything).Read(Assert.IsType<TomlTable>(Node(condition)));
        Assert.DoesNotContain(_scope.Findings.InOrder(), static problem => problem.IsError);
        var asked = Assert.IsAssignableFrom<Condition>(compiled).HoldsAsync(subject ?? new Subject(), CancellationToken.None);
        _answering.TrySetResult();
        var answer = await asked;
        return !answer.IsAvailable ? "unavailable" : answer.Value ? "yes" : "no";
    }

    public Setting<string> Setting(string block)
    {
        var compiled = SettingReader.Read(Node(block), ConfigTypes.Text, Stages.Everything, _scope);
        // A branch that is never reached is worth a warning, and what it does is worth a row.
        Assert.DoesNotContain(_scope.Findings.InOrder(), static problem => problem.IsError);
        return compiled!.Setting;
    }

    /// <summary>What the block comes to, and whether it did so at once.</summary>
    public async Task<(Evaluation<string> Evaluation, bool AtOnce)> EvaluateAsync(string block)
    {
        var evaluation = Setting(block).EvaluateAsync(new Subject(), CancellationToken.None);
        var atOnce = evaluation.IsCompleted;
        _answering.TrySetResult();
        return (await evaluation, atOnce);
    }

    TomlNode Node(string value)
    {
        var place = new Place("t", 1, 1);
        var root = new TomlTable(place, place, "", TableOrigin.Header);
        TomlFile.Read($"v = {value}", "t", root, _scope.Findings);
        Assert.DoesNotContain(_scope.Findings.InOrder(), static problem => problem.IsError);
        return root.Entries["v"];
    }

    sealed class Fake(string name, List<string> asked, Task answering) : IMembership
    {
        public string Name => name;

        public async ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken)
        {
            asked.Add($"{name} {value}");
            if (name.StartsWith("remote/", StringComparison.Ordinal))
                await answering;
            return name switch
            {
                "list/yes" or "remote/up" => Membership.Yes,
                "list/no" => Membership.No,
                _ => Membership.Unavailable,
            };
        }
    }
}
