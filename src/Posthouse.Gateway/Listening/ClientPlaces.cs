using System.Runtime.InteropServices;

namespace Posthouse.Gateway.Listening;

/// <summary>
/// How many clients may be connected at a time, over all listeners: fewer than the process may have files open, so that what is taken can always be stored and
/// delivered. Who comes beyond is told so, by a few at a time; the others wait in the system's line, since those that are being turned away have a file too.
/// </summary>
/// <param name="most">Clients that are served.</param>
sealed class ClientPlaces(int most) : IDisposable
{
    /// <summary>Clients at a time that are turned away.</summary>
    const int MostTurnedAway = 32;

    /// <summary>Files for the queue, its hosts, and what else is not a client; of a small limit it is the half.</summary>
    const int Reserve = 1024;

    // Without a bound of clients there is none of sockets.
    readonly SemaphoreSlim _sockets = new((int)Math.Min((long)most + MostTurnedAway, int.MaxValue));
    int _taken;

    /// <summary>So many.</summary>
    public int Most => most;

    /// <summary>Waits until one more connection may be accepted; <see cref="Gone"/> gives back what it takes.</summary>
    public Task MayAcceptAsync(CancellationToken cancellationToken) => _sockets.WaitAsync(cancellationToken);

    /// <summary>A connection is closed, or was not accepted after all.</summary>
    public void Gone() => _sockets.Release();

    /// <summary>Takes a place, or false.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= most)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);

    public void Dispose() => _sockets.Dispose();

    /// <summary>By the system's limit of open files for this process (RLIMIT_NOFILE); no bound where that cannot be told.</summary>
    public static int OfProcess()
    {
        var resource = OperatingSystem.IsLinux() ? 7 : OperatingSystem.IsMacOS() ? 8 : -1;
        if (resource < 0 || GetLimit(resource, out var limit) != 0)
            return int.MaxValue;
        var files = (int)Math.Min(limit.Soft, int.MaxValue);
        return Math.Max(1, files - Math.Min(Reserve, files / 2));
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Limit
    {
        internal readonly nuint Soft;
        internal readonly nuint Hard;
    }
}
