using System.Collections.Concurrent;
using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

/// <summary>Asks one host everything at once while it goes wrong, and leaves some questions before their answer.</summary>
sealed class Storm
{
    readonly SandboxedHost _box;
    readonly Random _random;
    readonly Lock _gate = new();
    readonly SemaphoreSlim _commands = new(0);
    readonly SemaphoreSlim _failures = new(0);
    readonly ConcurrentDictionary<int, CancellationTokenSource> _asking = [];
    volatile bool _isOver;
    int _delivered;
    int _maybeDelivered;

    public Storm(SandboxedHost box, int seed)
    {
        _box = box;
        _random = new Random(seed);
        box.Server.Faults.OnCommand = OnCommand;
    }

    /// <summary>Answers that the host cannot have given.</summary>
    public ConcurrentQueue<string> Lies { get; } = [];

    public int Delivered => Volatile.Read(ref _delivered);

    /// <summary>Relays of which nobody can say whether the host took the message.</summary>
    public int MaybeDelivered => Volatile.Read(ref _maybeDelivered);

    /// <summary>Waits until the host has seen so many more commands.</summary>
    public Task CommandsAsync(int count) => CountAsync(_commands, count);

    /// <summary>Waits until so many more questions had no answer.</summary>
    public Task FailuresAsync(int count) => CountAsync(_failures, count);

    /// <summary>No more faults, and no more questions.</summary>
    public void End()
    {
        _isOver = true;
        _box.Server.Faults.OnCommand = null;
    }

    public async Task RunAsync(int task)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        for (var turn = task; !_isOver; turn++)
        {
            using var leaving = new CancellationTokenSource();
            _asking[task] = leaving;
            try
            {
                await AskAsync(turn, leaving.Token);
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
            }
            finally
            {
                _asking.TryRemove(task, out _);
            }
        }
    }

    async Task AskAsync(int turn, CancellationToken leaving)
    {
        switch (turn % 5)
        {
            case 0:
                Expect("jane's password", await LogInAsync("tulip", leaving), AnswerKind.Yes);
                break;
            case 1:
                Expect("a wrong password", await LogInAsync("wrong", leaving), AnswerKind.No);
                break;
            case 2:
                Expect("jane", await CheckAsync("jane@example.org", leaving), AnswerKind.Yes);
                break;
            case 3:
                Expect("nobody", await CheckAsync($"nobody{turn}@example.org", leaving), AnswerKind.No);
                break;
            default:
                await RelayAsync(leaving);
                break;
        }
    }

    async Task<Answer> LogInAsync(string secret, CancellationToken leaving)
    {
        using var credentials = new Credentials("jane@example.org", Encoding.UTF8.GetBytes(secret));
        return await _box.Host.AuthenticateAsync(credentials, leaving);
    }

    async Task<Answer> CheckAsync(string mailbox, CancellationToken leaving) =>
        await _box.Host.VerifyRecipientAsync(SandboxedHost.MailboxOf(mailbox), leaving);

    async Task RelayAsync(CancellationToken leaving)
    {
        // One who leaves before the final dot leaves nothing behind, and is told so by the exception.
        var result = await _box.Host.RelayAsync(SandboxedHost.Request("Subject: storm\r\n\r\nx\r\n", "jane@example.org"), leaving);
        var outcome = result.Outcomes[0];
        if (outcome.Disposition == Disposition.Delivered)
            Interlocked.Increment(ref _delivered);
        else if (outcome.MaybeDelivered)
            Interlocked.Increment(ref _maybeDelivered);
        else if (outcome.Disposition == Disposition.Permanent)
            Lies.Enqueue($"mail for jane: {outcome}");
        if (outcome.Disposition == Disposition.Temporary)
            _failures.Release();
    }

    void Expect(string what, Answer answer, AnswerKind right)
    {
        if (answer.Kind == AnswerKind.Unavailable)
            _failures.Release();
        else if (answer.Kind != right)
            Lies.Enqueue($"{what}: {answer}");
    }

    SandboxAction? OnCommand(string verb, string line)
    {
        _commands.Release();
        int roll;
        int leaver;
        lock (_gate)
        {
            roll = _random.Next(60);
            leaver = _random.Next(200);
        }
        if (roll >= 55 && _asking.TryGetValue(leaver, out var leaving))
            Leave(leaving);
        return roll switch
        {
            0 => SandboxAction.Close,
            1 => SandboxAction.Reset,
            2 => SandboxAction.CloseAfterReply(421, "4.3.2 bye"),
            3 => SandboxAction.Raw("250OK\r\n"),
            4 => SandboxAction.Reply(451, "4.3.0 later"),
            _ => null,
        };
    }

    static void Leave(CancellationTokenSource leaving)
    {
        try
        {
            leaving.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer came first.
        }
    }

    static async Task CountAsync(SemaphoreSlim counter, int count)
    {
        // What was counted before does not count.
        while (await counter.WaitAsync(0, SandboxedHost.Token))
        {
        }
        for (var i = 0; i < count; i++)
            await counter.WaitAsync(SandboxedHost.Token);
    }
}
