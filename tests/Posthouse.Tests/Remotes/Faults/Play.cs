using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>A remote host, its scripts and its clock, put together for one row or one cut.</summary>
sealed class Play : IAsyncDisposable
{
    /// <summary>No more than a guard: the clock of the conversation is another one.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _armingsAwaited;

    public Play(
        RemoteProtocol protocol, string[][] scripts, Func<RemoteHostOptions, RemoteHostOptions>? define = null, Arrival? arrival = null, bool isLocal = true)
    {
        Peer = new PlayedHost(scripts) { Arrival = arrival ?? Arrival.Whole, IsLocal = isLocal, Stalled = NoteStall };
        var options = new RemoteHostOptions
        {
            Id = "box",
            Address = "scripted",
            Protocol = protocol,
            Lookup = true,
            HelloName = "post.example",
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
        };
        Host = new RemoteHost(define?.Invoke(options) ?? options, new RemoteHostServices { Dialler = Peer, Time = Time, Loggers = Log });
    }

    public PlayedHost Peer { get; }

    public StepTime Time { get; } = new();

    public KeptLog Log { get; } = new();

    public RemoteHost Host { get; }

    /// <summary>Asks; what is one question here leaves together.</summary>
    public Task<(string End, string Reason)> Ask(string question)
    {
        var answer = Questions.AskAsync(Host, question);
        Peer.Gate.TrySetResult();
        return answer;
    }

    /// <summary>Asks, and waits until the host is left or lies idle.</summary>
    public async Task<(string End, string Reason)> AskAsync(string question)
    {
        var answer = await Ask(question).WaitAsync(Patience, SandboxedHost.Token);
        await SettleAsync();
        return answer;
    }

    /// <summary>Asks a question that comes to its end when a deadline passes.</summary>
    public async Task<(string End, string Reason)> AskAsync(string question, TimeSpan after)
    {
        var answer = Ask(question);
        await StalledAsync();
        Time.Advance(after - TimeSpan.FromMilliseconds(1));
        await Task.Yield();
        Assert.False(answer.IsCompleted, "before its deadline");
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var end = await answer.WaitAsync(Patience, SandboxedHost.Token);
        await SettleAsync();
        return end;
    }

    /// <summary>Waits until the host has stalled and a deadline is set against it.</summary>
    public async Task StalledAsync()
    {
        await _stalled.Task.WaitAsync(Patience, SandboxedHost.Token);
        await UntilAsync(() => Time.Armings >= _armingsAwaited);
    }

    public async ValueTask DisposeAsync() => await Host.DisposeAsync().AsTask().WaitAsync(Patience, SandboxedHost.Token);

    Task SettleAsync() => UntilAsync(() => Host.Snapshot() is { Busy: 0, Connecting: 0, Closing: 0 });

    static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(guard.IsCancellationRequested, "waited in vain");
            await Task.Yield();
        }
    }

    void NoteStall(bool isDeadlineToCome)
    {
        _armingsAwaited = Time.Armings + (isDeadlineToCome ? 1 : 0);
        _stalled.TrySetResult();
    }
}
