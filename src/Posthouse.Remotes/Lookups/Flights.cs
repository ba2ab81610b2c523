namespace Posthouse.Remotes.Lookups;

/// <summary>
/// Identical questions in flight are asked once. A flight runs under its own token: who leaves, leaves it to the others, and the
/// last to leave cancels it, unless it was begun in the background. A flight that nobody is on any more takes nobody on.
/// </summary>
sealed class Flights<TQuestion, TAnswer>(Action joined)
    where TQuestion : notnull
{
    readonly Lock _gate = new();
    readonly Dictionary<TQuestion, Flight> _flights = [];

    /// <param name="question">The key.</param>
    /// <param name="start">Begins a flight; called only where none is under way.</param>
    /// <param name="cancellationToken">The caller's own.</param>
    public async Task<TAnswer> JoinAsync(TQuestion question, Func<CancellationToken, Task<TAnswer>> start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (flight, isNew) = Board(question);
        if (isNew)
            _ = RunAsync(question, flight, start);
        else
            joined();
        try
        {
            return await flight.Answer.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(question, flight);
            throw;
        }
    }

    /// <summary>Begins a flight that nobody waits for. False: one is under way already.</summary>
    public bool TryStart(TQuestion question, Func<CancellationToken, Task<TAnswer>> start)
    {
        // Its one passenger never leaves.
        var (flight, isNew) = Board(question, onlyNew: true);
        if (isNew)
            _ = RunAsync(question, flight, start);
        return isNew;
    }

    (Flight Flight, bool IsNew) Board(TQuestion question, bool onlyNew = false)
    {
        lock (_gate)
        {
            var isNew = !_flights.TryGetValue(question, out var flight);
            if (isNew)
                _flights[question] = flight = new Flight();
            if (isNew || !onlyNew)
                flight!.Passengers++;
            return (flight!, isNew);
        }
    }

    async Task RunAsync(TQuestion question, Flight flight, Func<CancellationToken, Task<TAnswer>> start)
    {
        try
        {
            var answer = await start(flight.Cancellation.Token);
            Land(question, flight);
            flight.Answer.TrySetResult(answer);
        }
        catch (OperationCanceledException e)
        {
            Land(question, flight);
            flight.Answer.TrySetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            Land(question, flight);
            flight.Answer.TrySetException(e);
        }
    }

    void Land(TQuestion question, Flight flight)
    {
        lock (_gate)
            Remove(question, flight);
    }

    void Leave(TQuestion question, Flight flight)
    {
        lock (_gate)
        {
            if (--flight.Passengers > 0)
                return;
            Remove(question, flight);
        }
        flight.Cancellation.Cancel();
    }

    void Remove(TQuestion question, Flight flight)
    {
        if (_flights.TryGetValue(question, out var current) && current == flight)
            _flights.Remove(question);
    }

    // Its source is never linked to another token nor given a timer, so there is nothing to dispose.
    sealed class Flight
    {
        public CancellationTokenSource Cancellation { get; } = new();

        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Passengers { get; set; }
    }
}
