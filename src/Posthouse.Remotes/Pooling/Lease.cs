using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// A connection in one request's hands. Given back on dispose, to be kept or closed by the connection's own
/// <see cref="HostConnection.IsReusable"/>.
/// </summary>
sealed class Lease<T>(ConnectionPool<T> pool, T? connection, Errand errand, TimeSpan patienceLeft) : IDisposable
    where T : HostConnection
{
    T? _connection = connection;

    public T Connection => _connection!;

    public Errand Errand => errand;

    /// <summary>What the wait has left of the caller's patience, for a second connect.</summary>
    public TimeSpan PatienceLeft => patienceLeft;

    /// <summary>Makes a connection in the slot that was leased. Without one the slot is given back.</summary>
    public async Task OpenAsync(T? outgoing, CancellationToken cancellationToken)
    {
        if (outgoing is not null)
            await outgoing.CloseAsync();
        _connection = await pool.OpenInSlotAsync(this, cancellationToken);
    }

    /// <summary>Puts a fresh connection in the place of a dead one, within the same slot and what is left of the patience.</summary>
    public async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        var dead = Connection;
        _connection = null;
        await pool.ClearSlotAsync(dead);
        _connection = await pool.OpenInSlotAsync(this, cancellationToken);
    }

    public void Dispose()
    {
        if (_connection is { } connection)
            pool.Return(connection, errand.Class);
        _connection = null;
    }
}
