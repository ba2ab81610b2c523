using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Lookups;

/// <summary>
/// Looks every two seconds whether files of the lists in force have changed, and has those read anew. A look takes one stat(2) a file; two
/// looks are never under way at once, however long one takes.
/// </summary>
public sealed class ListWatch : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    readonly Func<IReadOnlyDictionary<string, AddressList>> _lists;
    readonly ILogger _logger;
    readonly ITimer _timer;

    /// <param name="lists">The lists in force, asked at each look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where changes are told.</param>
    public ListWatch(Func<IReadOnlyDictionary<string, AddressList>> lists, TimeProvider time, ILogger logger)
    {
        _lists = lists;
        _logger = logger;
        _timer = time.CreateTimer(static state => ((ListWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wait();
    }

    /// <summary>No look begins any more, and one that was under way is over.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    void Look()
    {
        try
        {
            foreach (var list in _lists().Values)
            {
                foreach (var part in list.Parts)
                {
                    if (part.Refresh() is not { } change)
                        continue;
                    if (change.Fault.Length == 0)
                        LookupsLog.ListReread(_logger, list.Id, change.Count, change.Path);
                    else
                        LookupsLog.ListKept(_logger, list.Id, change.Count, change.Path, change.Fault);
                }
            }
        }
        catch (Exception e)
        {
            // The next look may fare better; an exception in a timer would end the process.
            LookupsLog.ListWatchFailed(_logger, e);
        }
        Wait();
    }

    void Wait() => _timer.Change(Pause, Timeout.InfiniteTimeSpan);
}
