using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Posthouse.Gateway.Queue;

/// <summary>What a disk that takes no more says through SQLite. It has written nothing then, and may take it later.</summary>
static class DiskRefusal
{
    // SQLITE_IOERR_WRITE. A quota that shows at a sync only is none of these: what was written before it may be gone.
    const int WriteError = raw.SQLITE_IOERR | (3 << 8);

    /// <summary>Whether there is no room: on the disk, or for this user on it (EDQUOT), which SQLite tells as a failed write.</summary>
    /// <param name="e">As it was thrown.</param>
    /// <param name="connection">By the latest call on this connection.</param>
    internal static bool IsOfRoom(SqliteException e, SqliteConnection connection) =>
        e.SqliteErrorCode == raw.SQLITE_FULL || (e.SqliteExtendedErrorCode == WriteError && SystemError(connection.Handle!.DangerousGetHandle()) == OverQuota);

    static int OverQuota => OperatingSystem.IsLinux() ? 122 : OperatingSystem.IsMacOS() ? 69 : -1;

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_system_errno")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    static extern int SystemError(nint database);
}
