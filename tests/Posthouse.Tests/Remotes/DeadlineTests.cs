using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

/// <summary>A deadline is the whole step's: a host that says a little now and then holds nobody for longer than one that says nothing.</summary>
public class DeadlineTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_reply_that_comes_octet_by_octet_must_end_in_time()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("VRFY a\r\n");
            await DripAsync(peer, "250 aaaaaa".Select(octet => octet.ToString()));
        })
        { InLockstep = true };
        await using var host = dialler.Host(define: WithCommandTimeout, time: _time);

        var answer = await host.VerifyAsync("a", SandboxedHost.Token).AsTask().WaitAsync(Patience, SandboxedHost.Token);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.timeouts.command (10s)", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tagged_answer_must_come_in_time_whatever_comes_before_it()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n");
            await peer.LineAsync();
            await DripAsync(peer, Enumerable.Repeat("* OK still here\r\n", 7));
        })
        { InLockstep = true };
        await using var host = dialler.Host(RemoteProtocol.Imap, WithCommandTimeout, _time);

        using var credentials = new Credentials("jane@example.org", "tulip"u8);
        var answer = await host.AuthenticateAsync(credentials, SandboxedHost.Token).AsTask().WaitAsync(Patience, SandboxedHost.Token);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.timeouts.command (10s)", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_drags_out_its_farewell_is_cut_off_after_two_seconds_in_all()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("VRFY a\r\n");
            await peer.SayAsync("250 a\r\n");
            await peer.ExpectAsync("QUIT\r\n");
            foreach (var octet in "221")
            {
                await peer.SayAsync(octet.ToString());
                _time.Advance(TimeSpan.FromSeconds(1));
            }
            await peer.ExpectCloseAsync();
        })
        { InLockstep = true };
        var host = dialler.Host(time: _time);
        await host.VerifyAsync("a", SandboxedHost.Token);

        await host.DisposeAsync().AsTask().WaitAsync(Patience, SandboxedHost.Token);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_closing_connection_holds_its_slot_until_the_host_has_closed()
    {
        var (asked, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        ScriptedDialler dialler = null!;
        dialler = new ScriptedDialler(
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY a\r\n");
                await peer.SayAsync("250 a\r\n");
                await peer.ExpectAsync("QUIT\r\n");
                asked.SetResult();
                await gate.Task;
                await peer.SayAsync("221 bye\r\n");
                Assert.Equal(1, dialler.Dialled);
            },
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY b\r\n");
                await peer.SayAsync("250 b\r\n");
                await peer.FarewellAsync();
            })
        { InLockstep = true };
        await using (var host = dialler.Host(define: options => options with { Concurrency = 1, Limits = new RemoteLimits { Requests = 1 } }, time: _time))
        {
            Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("a", SandboxedHost.Token)).Kind);
            var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
            await asked.Task;
            Assert.Equal((1, 1, 1), (dialler.Dialled, host.Snapshot().Closing, host.Snapshot().Waiting));
            gate.SetResult();
            Assert.Equal(AnswerKind.Yes, (await second).Kind);
        }
        await dialler.PlayedAsync();
    }

    static RemoteHostOptions WithCommandTimeout(RemoteHostOptions options) =>
        options with { Timeouts = new RemoteTimeouts { Command = TimeSpan.FromSeconds(10) } };

    // The answer never ends: whether it came in time is then no matter of who is quicker, the clock or its reader.
    async Task DripAsync(ScriptedPeer peer, IEnumerable<string> pieces)
    {
        foreach (var piece in pieces)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            await peer.SayAsync(piece);
        }
        await peer.ExpectCloseAsync();
    }
}
