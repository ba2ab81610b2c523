using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>R1: a host whose name leads nowhere.</summary>
public class NameFaults
{
    [Fact]
    public async Task A_name_that_does_not_resolve_is_no_word_about_a_recipient()
    {
        // A label of 64 octets is none, so that no resolver needs to be asked.
        var nowhere = $"{new string('x', 64)}.invalid";
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Address = nowhere });

        var answer = await box.CheckAsync("jane@example.org");
        var outcome = Assert.Single((await box.RelayAsync(Questions.Body, "jane@example.org")).Outcomes);

        Assert.Equal((AnswerKind.Unavailable, 0), (answer.Kind, box.Host.Snapshot().NegativeEntries));
        Assert.Contains("remote.box.address", answer.Reason, StringComparison.Ordinal);
        Assert.Equal((Disposition.Temporary, Blame.Transport), (outcome.Disposition, outcome.Blame));
    }
}
