using System.Buffers.Binary;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// After a sync that failed, the write-ahead log may hold a whole transaction that was never confirmed: SQLite writes first and syncs then. The next
/// opening would take it for committed, and deliver mail that its sender was refused. So the log is cut where its index says that the last confirmed commit
/// ends (sqlite.org/walformat.html).
/// </summary>
static class UnconfirmedLog
{
    const int LogHeader = 32;
    const int FrameHeader = 24;
    const int IndexHeader = 48;
    const int IsMadeAt = 12;
    const int PageSizeAt = 14;
    const int FramesAt = 16;

    /// <summary>Cuts; every connection of ours must be closed. A disk that refuses that too keeps what it has: that costs a copy, never a message.</summary>
    internal static void Cut(string database, ILogger logger)
    {
        try
        {
            // Twice the same, for whoever reads while it is written; before the first frame it knows no page size.
            Span<byte> index = stackalloc byte[2 * IndexHeader];
            using (var file = new FileStream($"{database}-shm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0))
                file.ReadExactly(index);
            var frames = Number32(index[FramesAt..]);
            if (!index[..IndexHeader].SequenceEqual(index[IndexHeader..]) || index[IsMadeAt] != 1
                || (frames > 0 && Number16(index[PageSizeAt..]) != StoreDatabase.PageSize))
                throw new IOException("its index is not to be relied on");
            var end = LogHeader + (frames * (FrameHeader + StoreDatabase.PageSize));
            using var log = new FileStream($"{database}-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            if (log.Length > end)
                log.SetLength(end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            QueueLog.NotCut(logger, e.Message);
        }
    }

    // In the byte order of the machine.
    static long Number32(ReadOnlySpan<byte> octets) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(octets) : BinaryPrimitives.ReadUInt32BigEndian(octets);

    static int Number16(ReadOnlySpan<byte> octets) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(octets) : BinaryPrimitives.ReadUInt16BigEndian(octets);
}
