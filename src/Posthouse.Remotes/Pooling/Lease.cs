using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// A connection in one request's hands. Given back on dispose, to be kept or closed by the connection's own
/// <see cref="HostConnection.IsReusable"/>.
/// </summary>
sealed class Lease<T>(ConnectionPool<T> pool, T connection, RequestClass requestClass, TimeSpan patienceLeft) : IDisposable
    where T : HostConnection
{
    bool _isReleased;

    public T Connection { get; private set; } = connection;

    public RequestClass Class => requestClass;

    /// <summary>What the wait has left of the caller's patience, for a second connect.</summary>
    public TimeSpan PatienceLeft => patienceLeft;

    /// <summary>Puts a fresh connection in the place of a dead one, within the same slot and what is left of the patience.</summary>
    public async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        _isReleased = true;
        Connection = await pool.ReplaceAsync(this, cancellationToken);
        _isReleased = false;
    }

    public void Dispose()
    {
        if (_isReleased)
            return;
        _isReleased = true;
        pool.Return(Connection, requestClass);
    }
}
