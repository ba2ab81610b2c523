using Posthouse.Demo;

namespace Posthouse.Tests.Demo;

public class DemoStepTests
{
    [Theory]
    [InlineData("250 2.1.5", 1, true)]
    [InlineData("250 2.1.5", 0, false)]
    [InlineData("250 2.1.5", 2, false)]
    [InlineData("451 4.4.3", 1, false)]
    public void A_step_is_as_expected_only_with_the_right_reply_and_the_right_number_of_requests(string got, int asked, bool expected)
    {
        var step = new DemoStep("t", "250 2.1.5", got, new RemoteRequests(Recipients: 1), new RemoteRequests(Recipients: asked), TimeSpan.Zero);

        Assert.Equal(expected, step.IsAsExpected);
    }

    [Fact]
    public void Requests_are_named_with_their_number()
    {
        var before = new RemoteRequests(Logins: 3, Recipients: 1);
        var now = new RemoteRequests(Logins: 4, Recipients: 3, Messages: 1);

        Assert.Equal("1 login, 2 RCPT, 1 mail", (now - before).ToString());
        Assert.Equal("nothing", (now - now).ToString());
    }

    [Fact]
    public void The_screen_keeps_to_80_columns_and_lets_no_control_character_through()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var screen = new DemoScreen(output, isTerminal: false);
        var dialogue = new Dialogue();
        dialogue.Add(Speaker.Gateway, "250 \u001b[2J" + new string('x', 100));
        var step = new DemoStep("A step with a title", "250", "250 \u0007", RemoteRequests.None, new(1, 2, 3, 4, 5), TimeSpan.FromSeconds(12));

        screen.ShowStep(1, step, dialogue);
        screen.ShowSummary([step]);

        var lines = output.ToString().Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Contains(lines, line => line.Contains("NOT OK", StringComparison.Ordinal));
        Assert.Contains("1 of 1 steps did not go as expected.", lines);
    }
}
