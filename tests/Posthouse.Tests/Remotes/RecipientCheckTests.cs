using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

public class RecipientCheckTests
{
    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Lmtp)]
    public async Task A_host_says_who_exists(SandboxProtocol protocol)
    {
        await using var box = await SandboxedHost.StartAsync(protocol);
        box.Accounts.SetFull("joe@example.org", true);

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.No, (await box.CheckAsync("nobody@example.org")).Kind);
        Assert.Equal(AnswerKind.Full, (await box.CheckAsync("joe@example.org")).Kind);
        Assert.Equal(0, box.Journal.Count("DATA"));
        Assert.Equal(1, box.Journal.Connections);
    }

    [Fact]
    public async Task Checks_that_wait_together_leave_in_one_round_trip()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => box.CheckAsync($"user{i}@example.org")));

        Assert.All(answers, answer => Assert.Equal(AnswerKind.No, answer.Kind));
        Assert.Equal(20, box.Journal.Count("RCPT"));
        Assert.Equal(1, box.Journal.Count("MAIL"));
        Assert.Equal(1, box.Journal.Connections);
    }
}
