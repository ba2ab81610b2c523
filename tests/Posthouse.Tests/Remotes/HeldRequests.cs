using System.Collections.Concurrent;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>What a connection is used for, as the host sees it.</summary>
public enum Use
{
    Login,
    Check,
    Relay,
}

/// <summary>Holds each login, check and relay at the host until it is let go, and tells how many of each are there.</summary>
sealed class HeldRequests
{
    readonly ConcurrentQueue<TaskCompletionSource>[] _held = [new(), new(), new()];
    readonly SemaphoreSlim _arrivals = new(0);
    volatile bool _isOpen;

    public HeldRequests(SandboxServer server) => server.Faults.OnCommand = Hold;

    public int Count(Use use) => _held[(int)use].Count;

    /// <summary>Waits until so many more have arrived.</summary>
    public async Task ArriveAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _arrivals.WaitAsync(SandboxedHost.Token);
    }

    public void LetGo(Use use, int count)
    {
        for (var i = 0; i < count && _held[(int)use].TryDequeue(out var gate); i++)
            gate.SetResult();
    }

    /// <summary>Lets go all, and holds no more.</summary>
    public void Open()
    {
        _isOpen = true;
        foreach (var use in Enum.GetValues<Use>())
            LetGo(use, int.MaxValue);
    }

    SandboxAction? Hold(string verb, string line)
    {
        Use? use = verb switch
        {
            "AUTH" => Use.Login,
            "RCPT" when line.Contains("check", StringComparison.Ordinal) => Use.Check,
            "MAIL" when !line.Contains("<>", StringComparison.Ordinal) => Use.Relay,
            _ => null,
        };
        if (use is null || _isOpen)
            return null;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held[(int)use].Enqueue(gate);
        _arrivals.Release();
        // It may have come while all were let go.
        if (_isOpen)
            LetGo(use.Value, int.MaxValue);
        return SandboxAction.Hold(gate.Task);
    }
}
