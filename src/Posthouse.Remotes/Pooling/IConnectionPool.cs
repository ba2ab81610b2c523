namespace Posthouse.Remotes.Pooling;

/// <summary>A pool without regard to what its connections speak.</summary>
interface IConnectionPool : IAsyncDisposable
{
    PoolCounts Counts { get; }
}
