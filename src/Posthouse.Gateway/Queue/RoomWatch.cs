using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>Tells the operator when mail begins to be refused for want of room, and when it is taken again; not of each message between.</summary>
/// <param name="space">The room on the disk.</param>
/// <param name="folder">The queue's folder.</param>
/// <param name="logger">Where it is told.</param>
sealed class RoomWatch(FreeSpace space, string folder, ILogger logger)
{
    readonly Lock _gate = new();

    // Of the messages refused since there was room for all; -1 = there is.
    long _smallest = -1;

    /// <summary>A message of this size was refused.</summary>
    internal void Refused(long size)
    {
        lock (_gate)
        {
            // One that is far smaller says more than the first did, as where the disk is really full now.
            var isNews = _smallest < 0 || size < _smallest / 2;
            _smallest = _smallest < 0 ? size : Math.Min(_smallest, size);
            if (isNews)
                QueueLog.NoRoom(logger, folder, space.Available / 1024, size / 1024);
        }
    }

    /// <summary>A message of this size found room.</summary>
    internal void Taken(long size)
    {
        if (Volatile.Read(ref _smallest) < 0)
            return;
        lock (_gate)
        {
            // A small one may fit where a large one does not.
            if (_smallest < 0 || size < _smallest)
                return;
            _smallest = -1;
            QueueLog.RoomAgain(logger, folder);
        }
    }
}
