using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>The wait, bounded, for what was recorded to be on disk.</summary>
static class WrittenMarks
{
    /// <summary>On a full disk, or one that hangs, it may take longer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>False where the disk has not answered in time, or the store has failed.</summary>
    internal static async Task<bool> AreOnDiskAsync(IMessageStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WrittenAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
