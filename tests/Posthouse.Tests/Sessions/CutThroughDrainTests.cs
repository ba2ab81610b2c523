using Posthouse.Commands;
using Posthouse.Gateway.Sessions;
using Posthouse.Gateway.Sessions.CutThrough;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sessions;

/// <summary>A gateway that stops while the hop of a cut-through message is slow: the client has its reply before the session is cut off.</summary>
public class CutThroughDrainTests
{
    const string Jane = "jane@example.org";
    const string Joe = "joe@example.org";

    [Theory]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task A_message_whose_hop_is_slow_is_queued_and_acknowledged_within_the_drain(string step)
    {
        await using var stage = await CutThroughStage.StartAsync();
        var reached = StallAt(stage, step);
        var reply = stage.SendAsync(Jane);
        await reached.WaitAsync(CutThroughStage.Token);

        stage.Session.Drain();
        stage.Session.Time.Advance(DrainBound.Patience);

        Assert.Equal("250 2.0.0 Queued as Q1", await reply);
        Assert.Equal("421 4.3.2 Shutting down\r\n", await stage.Session.RestAsync());
        Assert.Equal(SessionEnd.Shutdown, await stage.Session.Ended);
        var left = Assert.Single(stage.Session.Intake.Committed).Envelope!;
        Assert.Equal(Jane, Assert.Single(left.Recipients).Mailbox.ToString());
        // Before the dot nothing was delivered, so that the next start may try it at once.
        Assert.Equal(step == ".", left.Earlier[0] is { MaybeDelivered: true });
    }

    [Fact]
    public async Task A_body_that_streams_to_a_slow_hop_is_queued_too()
    {
        await using var stage = await CutThroughStage.StartAsync();
        var reached = StallAt(stage, "DATA");
        await stage.EnvelopeAsync(Jane);
        await stage.PlayAsync("C: DATA\nS: 354 …");
        var sent = stage.Session.SendAsync("Subject: x\r\n\r\n" + CutThroughStage.Lines(2 * LiveMessage.MostHeld) + ".\r\n");
        await reached.WaitAsync(CutThroughStage.Token);

        stage.Session.Drain();
        stage.Session.Time.Advance(DrainBound.Patience);

        await sent;
        Assert.Equal("250 2.0.0 Queued as Q1", await stage.Session.LineAsync());
        Assert.Null(Assert.Single(Assert.Single(stage.Session.Intake.Committed).Envelope!.Earlier));
    }

    [Fact]
    public async Task A_recipient_whose_hop_is_slow_is_answered_before_the_end()
    {
        await using var stage = await CutThroughStage.StartAsync();
        await stage.EnvelopeAsync(Jane);
        var reached = StallAt(stage, "RCPT");
        await stage.Session.SendAsync($"RCPT TO:<{Joe}>\r\n");
        await reached.WaitAsync(CutThroughStage.Token);

        stage.Session.Drain();
        stage.Session.Time.Advance(DrainBound.Patience);

        Assert.Equal("250 2.1.5 Recipient OK\r\n421 4.3.2 Shutting down\r\n", await stage.Session.RestAsync());
    }

    [Fact]
    public async Task A_hop_that_speaks_in_time_is_heard()
    {
        await using var stage = await CutThroughStage.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = StallAt(stage, ".", gate.Task);
        var reply = stage.SendAsync(Jane);
        await reached.WaitAsync(CutThroughStage.Token);

        stage.Session.Drain();
        stage.Session.Time.Advance(DrainBound.Patience - TimeSpan.FromMilliseconds(1));
        gate.SetResult();

        Assert.StartsWith("250 2.0.0 Delivered", await reply, StringComparison.Ordinal);
        Assert.Empty(stage.Session.Intake.Committed);
    }

    [Fact]
    public void A_hop_has_most_of_the_drain_and_the_queue_what_is_left() =>
        Assert.InRange(ServeCommand.DrainTime - DrainBound.Patience, TimeSpan.FromSeconds(1), ServeCommand.DrainTime / 4);

    static Task StallAt(CutThroughStage stage, string step, Task? gate = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Sink.Faults.OnCommand = (verb, _) =>
        {
            if (verb != step)
                return null;
            reached.TrySetResult();
            return gate is null ? SandboxAction.Stall : SandboxAction.Hold(gate);
        };
        return reached.Task;
    }
}
