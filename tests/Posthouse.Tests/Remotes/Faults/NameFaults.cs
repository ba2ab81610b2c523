using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>R1: a host whose name leads nowhere.</summary>
public class NameFaults
{
    [Fact]
    public async Task A_name_that_does_not_resolve_is_no_word_about_a_recipient()
    {
        // RFC 6761 section 6.4: no resolver knows a name below it.
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Address = "nowhere.invalid" });

        var answer = await box.CheckAsync("jane@example.org");
        var outcome = Assert.Single((await box.RelayAsync(Questions.Body, "jane@example.org")).Outcomes);

        Assert.Equal((AnswerKind.Unavailable, 0), (answer.Kind, box.Host.Snapshot().NegativeEntries));
        Assert.Contains("resolve remote.box.address nowhere.invalid", answer.Reason, StringComparison.Ordinal);
        Assert.Equal((Disposition.Temporary, Blame.Transport), (outcome.Disposition, outcome.Blame));
    }
}
