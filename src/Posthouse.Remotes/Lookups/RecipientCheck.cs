using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Lookups;

/// <summary>One recipient that is to be checked; answered, failed or abandoned exactly once.</summary>
sealed class RecipientCheck
{
    // What goes on from here is our own and short, until a flight lands, where those who wait are woken on threads of their own.
    readonly TaskCompletionSource<Answer> _answer = new();
    readonly CancellationToken _cancellation;
    readonly CancellationTokenRegistration _registration;
    Action? _abandoned;

    public RecipientCheck(Mailbox mailbox, long since, CancellationToken cancellationToken)
    {
        Since = since;
        Mailbox = mailbox;
        _cancellation = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static check => ((RecipientCheck)check!).Abandon(), this);
    }

    public Mailbox Mailbox { get; }

    /// <summary>The timestamp of the question: its wait counts from here, whoever carries it.</summary>
    public long Since { get; }

    public Task<Answer> Answer => _answer.Task;

    public bool IsOpen => !_answer.Task.IsCompleted;

    /// <summary>Whom to tell, once, when the asker leaves before the answer.</summary>
    public void OnAbandoned(Action abandoned)
    {
        Interlocked.Exchange(ref _abandoned, abandoned);
        if (_answer.Task.IsCanceled)
            TellAbandoned();
    }

    /// <summary>False: the asker has left.</summary>
    public bool Settle(Answer answer)
    {
        if (!_answer.TrySetResult(answer))
            return false;
        _registration.Unregister();
        return true;
    }

    public void Fail(Exception reason)
    {
        if (_answer.TrySetException(reason))
            _registration.Unregister();
    }

    void Abandon()
    {
        if (_answer.TrySetCanceled(_cancellation))
            TellAbandoned();
    }

    void TellAbandoned() => Interlocked.Exchange(ref _abandoned, null)?.Invoke();
}
