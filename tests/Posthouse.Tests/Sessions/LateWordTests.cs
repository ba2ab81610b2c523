using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Relaying;
using Posthouse.Sandbox;
using Posthouse.Tests.Remotes;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Sessions;

/// <summary>A hop that says what it made of a cut-through message when its client has had to be answered.</summary>
public sealed class LateWordTests : IAsyncDisposable
{
    const string Jane = "jane@example.org";
    const string Joe = "joe@example.org";

    static readonly Reply Never = new(554, new EnhancedCode(5, 6, 0), "never");

    /// <summary>Far beyond what a test overshoots while it lets a client's patience end.</summary>
    static readonly TimeSpan Dot = TimeSpan.FromDays(20);

    readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CutThroughStage _stage = null!;

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Lmtp)]
    public async Task What_comes_late_is_still_heard_and_leaves_the_hop_to_others(SandboxProtocol hop)
    {
        var word = (await OweAsync(hop)).WaitAsync(CutThroughStage.Token);
        Assert.False(word.IsCompleted);
        _gate.SetResult();

        Assert.Equal((Disposition.Delivered, false), Single(await word));
        _stage.Sink.Faults.OnCommand = null;
        Assert.StartsWith("250 2.0.0 Delivered", await _stage.SendAsync(Joe), StringComparison.Ordinal);
        Assert.Equal((1, 1), (_stage.At(Jane), _stage.At(Joe)));
    }

    [Fact]
    public async Task A_late_no_is_one()
    {
        var late = await OweAsync(refusal: Never);
        _gate.SetResult();
        Assert.Equal((Disposition.Permanent, false), Single(await late.WaitAsync(CutThroughStage.Token)));
        Assert.Equal(0, _stage.At(Jane));
    }

    [Fact]
    public async Task Of_an_LMTP_hop_only_those_wait_of_whom_it_has_not_spoken()
    {
        // The client's patience may end before the first reply is read, on our clock that knows no waiting: then both are late, and it is played again.
        while (await ReplyToFirstAsync() is var reply && !reply.StartsWith("250 2.0.0 Delivered", StringComparison.Ordinal))
        {
            Assert.StartsWith("250 2.0.0 Queued", reply, StringComparison.Ordinal);
            CutThroughStage.Token.ThrowIfCancellationRequested();
            await _stage.DisposeAsync();
        }
        Assert.Equal("250 2.0.0 Queued as Q1", await _stage.Session.LineAsync());
        var envelope = Assert.Single(_stage.Session.Intake.Committed).Envelope!;
        Assert.Equal(Joe, Assert.Single(envelope.Recipients).Mailbox.ToString());
        _gate.SetResult();
        Assert.Equal((Disposition.Delivered, false), Single(await envelope.Earlier[0]!.Late!.WaitAsync(CutThroughStage.Token)));
    }

    async Task<string> ReplyToFirstAsync()
    {
        _stage = await StartAsync(SandboxProtocol.Lmtp, lmtp: true);
        // The second reply alone is late.
        var (dot, dots) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        _stage.Sink.Faults.OnCommand = (verb, _) =>
        {
            if (verb != "." || Interlocked.Increment(ref dots) != 2)
                return null;
            dot.TrySetResult();
            return SandboxAction.Hold(_gate.Task);
        };
        await _stage.EnvelopeAsync(Jane, Joe);
        var reply = _stage.DataAsync();
        await dot.Task.WaitAsync(CutThroughStage.Token);
        await _stage.PassAsync(reply);
        return await reply;
    }

    [Fact]
    public async Task A_hop_that_never_speaks_is_heard_for_as_long_as_its_deadline_says()
    {
        var late = await OweAsync();
        var since = _stage.Session.Time.GetUtcNow();
        var word = late.WaitAsync(CutThroughStage.Token);
        while (!word.IsCompleted)
        {
            CutThroughStage.Token.ThrowIfCancellationRequested();
            _stage.Session.Time.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }
        Assert.Equal((Disposition.Temporary, true), Single(await word));
        Assert.True(_stage.Session.Time.GetUtcNow() - since > Dot - TimeSpan.FromDays(1));
        await SandboxedHost.UntilAsync(() => _stage.Host.Snapshot() is { Busy: 0, Closing: 0 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_gives_it_up_and_a_host_that_goes_leave_it_open_whether_it_was_delivered(bool isDisposed)
    {
        var late = await OweAsync();
        using var giveUp = new CancellationTokenSource();
        var word = late.WaitAsync(giveUp.Token);
        if (isDisposed)
            await _stage.Host.DisposeAsync();
        else
            await giveUp.CancelAsync();
        Assert.Equal((Disposition.Temporary, true), Single(await word.WaitAsync(CutThroughStage.Token)));
    }

    [Fact]
    public async Task A_message_that_the_queue_does_not_take_is_waited_for_by_nobody()
    {
        await StallAsync(intake => intake.CommitAnswer = IntakeResult.Failed);
        await SandboxedHost.UntilAsync(() => _stage.Host.Snapshot() is { Busy: 0, Closing: 0 });
    }

    [Fact]
    public async Task It_counts_among_the_connections_that_mail_going_through_may_hold()
    {
        await OweAsync(define: static options => options with { Concurrency = 2 });
        Assert.Equal("250 2.0.0 Queued as Q2", await _stage.SendAsync(Joe));
        Assert.Equal(1, _stage.Journal.Connections);
    }

    static Task<CutThroughStage> StartAsync(SandboxProtocol hop, bool lmtp = false, Func<RemoteHostOptions, RemoteHostOptions>? define = null) =>
        CutThroughStage.StartAsync(hop, lmtp, options =>
        {
            options = options with { Timeouts = options.Timeouts with { Data = Dot, Dot = Dot } };
            return define?.Invoke(options) ?? options;
        }, patience: Dot);

    /// <summary>A message whose hop owes its last word until the gate opens.</summary>
    async Task<LateWord> OweAsync(
        SandboxProtocol hop = SandboxProtocol.Smtp, Reply? refusal = null, Func<RemoteHostOptions, RemoteHostOptions>? define = null)
    {
        Assert.StartsWith("250 2.0.0 Queued", await StallAsync(_ => { }, hop, refusal, define), StringComparison.Ordinal);
        var attempt = Assert.Single(Assert.Single(_stage.Session.Intake.Committed).Envelope!.Earlier)!;
        Assert.True(attempt.MaybeDelivered);
        Assert.Equal(CutThroughStage.Hop, attempt.Hop);
        return attempt.Late!;
    }

    async Task<string> StallAsync(
        Action<FakeIntake> prepare, SandboxProtocol hop = SandboxProtocol.Smtp, Reply? refusal = null,
        Func<RemoteHostOptions, RemoteHostOptions>? define = null)
    {
        _stage = await StartAsync(hop, define: define);
        prepare(_stage.Session.Intake);
        if (refusal is not null)
            _stage.Accounts.SetAfterData(Jane, refusal);
        var dot = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stage.Sink.Faults.OnCommand = (verb, _) =>
        {
            if (verb != ".")
                return null;
            dot.TrySetResult();
            return SandboxAction.Hold(_gate.Task);
        };
        var reply = _stage.SendAsync(Jane);
        await dot.Task.WaitAsync(CutThroughStage.Token);
        await _stage.PassAsync(reply);
        return await reply;
    }

    static (Disposition, bool) Single(IReadOnlyDictionary<Mailbox, Outcome> outcomes)
    {
        var outcome = Assert.Single(outcomes).Value;
        return (outcome.Disposition, outcome.MaybeDelivered);
    }
}
