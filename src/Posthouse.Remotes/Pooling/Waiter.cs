using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>What a waiter gets: a connection, or a slot to make its own in, from which another may have to leave first.</summary>
/// <param name="Connection">Ready for a request; null = make one.</param>
/// <param name="Outgoing">To be closed before one is made; null = the slot is empty.</param>
readonly record struct Grant<T>(T? Connection, T? Outgoing = null)
    where T : HostConnection;

/// <summary>Somebody who waits for a connection; not for a certain one.</summary>
sealed class Waiter<T>(RequestClass requestClass, long number)
    where T : HostConnection
{
    readonly TaskCompletionSource<Grant<T>> _grant = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestClass Class => requestClass;

    /// <summary>Grows with every waiter: who came before a connect began shares its failure.</summary>
    public long Number => number;

    public Task<Grant<T>> Grant => _grant.Task;

    public void Serve(Grant<T> grant) => _grant.SetResult(grant);

    public void Fail(Exception reason) => _grant.SetException(reason);
}
