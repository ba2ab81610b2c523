using System.Diagnostics;

namespace Posthouse.Integration.Servers;

/// <summary>Waits for what another process does in its own time: looks again until it is so or the deadline has passed.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task<T> FindAsync<T>(string what, Func<Task<T?>> look, TimeSpan? patience = null) where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
                throw new TimeoutException($"Not seen within {patience ?? Patience}: {what}");
            await Task.Delay(Interval);
        }
    }

    public static Task<T> FindAsync<T>(string what, Func<T?> look, TimeSpan? patience = null) where T : class
        => FindAsync(what, () => Task.FromResult(look()), patience);
}
