namespace Posthouse.Gateway.Delivery;

/// <summary>
/// How many messages all lanes together keep in memory while they wait: lanes may be as many as there are domains. What is above that is read
/// again when its turn comes.
/// </summary>
sealed class WarmMessages
{
    internal const int Most = 1024;

    int _kept;

    internal bool TryKeep()
    {
        if (Interlocked.Increment(ref _kept) <= Most)
            return true;
        Release();
        return false;
    }

    internal void Release() => Interlocked.Decrement(ref _kept);
}
