using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>Somebody who waits for a connection; not for a certain one.</summary>
sealed class Waiter<T>(RequestClass requestClass, long number)
    where T : HostConnection
{
    readonly TaskCompletionSource<T> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestClass Class => requestClass;

    /// <summary>Grows with every waiter: who came before a connect began shares its failure.</summary>
    public long Number => number;

    public Task<T> Connection => _connection.Task;

    public void Serve(T connection) => _connection.SetResult(connection);

    public void Fail(Exception reason) => _connection.SetException(reason);
}
