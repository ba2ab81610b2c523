using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Posthouse.Gateway.Queue;

/// <summary>What a store is opened with.</summary>
sealed record SqliteStoreOptions(string Folder)
{
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Most pages of the database; null = the disk's room.</summary>
    internal long? MaxPages { get; init; }

    /// <summary>Asks the disk of a folder; null = the system does.</summary>
    internal Func<string, DiskRoom>? Disk { get; init; }

    /// <summary>
    /// Told on the writer's thread, once it is on disk, which recipients of a message wait no more; null = none of them does. It must not wait.
    /// </summary>
    internal Action<MessageKey, IReadOnlyList<int>?> Left { get; init; } = static (_, _) => { };

    /// <summary>Runs on the writer's thread before each COMMIT. What it throws is what the disk would have said.</summary>
    internal Action? BeforeCommit { get; init; }
}
