namespace Posthouse.Gateway.Delivery;

/// <summary>
/// One domain's part in the places that all domains share. Once these are no longer plenty, it has one of them until its latest transaction has had an
/// answer: hosts that swallow what they are sent take as long as the timeouts let them, and would have all places among them.
/// </summary>
/// <param name="shared">The places.</param>
/// <param name="plenty">Of which so many are free.</param>
sealed class DomainPlaces(SemaphoreSlim shared, int plenty)
{
    readonly Lock _gate = new();
    readonly Queue<TaskCompletionSource> _waiting = new();
    int _busy;
    bool _answers;

    // Where anybody waits, somebody is busy, who lets the next in when he leaves.
    bool MayEnter => _busy == 0 || _answers || shared.CurrentCount >= plenty;

    /// <summary>Waits for a place, which <see cref="Leave"/> gives back. A cancellation is for good: what is cut short is not put right.</summary>
    internal async Task EnterAsync(CancellationToken stop)
    {
        TaskCompletionSource? turn = null;
        lock (_gate)
        {
            if (MayEnter)
                _busy++;
            else
                _waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        if (turn is not null)
            await turn.Task.WaitAsync(stop);
        await shared.WaitAsync(stop);
    }

    /// <summary>Whether the latest transaction has had an answer.</summary>
    internal void Heard(bool hasAnswered)
    {
        lock (_gate)
        {
            _answers = hasAnswered;
            LetIn();
        }
    }

    internal void Leave()
    {
        shared.Release();
        lock (_gate)
        {
            _busy--;
            LetIn();
        }
    }

    void LetIn()
    {
        while (_waiting.Count > 0 && MayEnter)
        {
            _busy++;
            _waiting.Dequeue().SetResult();
        }
    }
}
