using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Hosts;

/// <summary>Hosts are had by name, and a set of definitions that is not sound changes nothing.</summary>
public class RegistryTests
{
    static readonly RemoteHostOptions One = new() { Id = "one", Address = "localhost", Protocol = RemoteProtocol.Imap };

    [Fact]
    public async Task An_unknown_name_is_told_with_those_that_are_known()
    {
        await using var registry = new RemoteHostRegistry([One with { Id = "two" }, One]);
        await using var empty = new RemoteHostRegistry([]);

        Assert.Equal("There is no remote host 'tow'; there is 'one', 'two'.", Assert.Throws<KeyNotFoundException>(() => registry["tow"]).Message);
        Assert.Equal("There is no remote host 'One'; there is 'one', 'two'.", Assert.Throws<KeyNotFoundException>(() => registry["One"]).Message);
        Assert.Equal("There is no remote host 'one'; none is defined.", Assert.Throws<KeyNotFoundException>(() => empty["one"]).Message);
    }

    [Fact]
    public async Task A_name_asked_for_after_a_reload_is_the_new_host()
    {
        await using var registry = new RemoteHostRegistry([One]);
        var before = registry["one"];

        registry.Apply([One with { Port = 1143 }]);

        Assert.NotSame(before, registry["one"]);
        Assert.Equal(1143, registry["one"].Options.Port);
    }

    [Fact]
    public async Task A_set_with_a_fault_in_it_leaves_every_host_as_it_was()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using var registry = new RemoteHostRegistry([box.Host.Options]);
        var before = registry["box"];
        var warm = box.Host.Options with { Id = "warm", Limits = new RemoteLimits { Warm = 1 } };

        var invalid = Assert.Throws<ArgumentException>(() => registry.Apply([warm, One with { Concurrency = 0 }]));
        var twice = Assert.Throws<ArgumentException>(() => registry.Apply([warm, One, One with { Port = 1143 }]));

        Assert.Contains("'one' is not valid", invalid.Message, StringComparison.Ordinal);
        Assert.StartsWith("Two remote hosts are called 'one'.", twice.Message, StringComparison.Ordinal);
        Assert.Same(before, Assert.Single(registry.Hosts));
        Assert.Equal(AnswerKind.Yes, (await before.VerifyAsync("jane@example.org", SandboxedHost.Token)).Kind);
        // A host of the refused sets would have connected by now.
        Assert.Equal(1, box.Journal.Connections);
    }
}
