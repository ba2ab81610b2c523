using System.Runtime.InteropServices;
using System.Text;

namespace Posthouse.Gateway.Queue;

/// <summary>The folder of a store: made for its owner alone, and held against a second instance for as long as this lives.</summary>
sealed class StoreFolder : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    readonly FileStream _lock;

    StoreFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    internal string Path { get; }

    internal string Database => System.IO.Path.Combine(Path, "queue.db");

    /// <summary>Makes and locks the folder; <see cref="IOException"/> says what is in the way.</summary>
    internal static StoreFolder Open(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        FileStream? held = null;
        try
        {
            try
            {
                Create(path);
            }
            catch (IOException e)
            {
                throw new IOException($"queue.path: the folder {path} cannot be made: {e.Message}", e);
            }
            held = Lock(path);
            CrashPoint.Reach("start.locked");
            var folder = new StoreFolder(path, held);
            // SQLite gives its log and its index the mode of this file.
            using (new FileStream(folder.Database, Options(FileMode.OpenOrCreate, FileShare.ReadWrite)))
            {
            }
            CrashPoint.Reach("start.made");
            SyncDirectory(path);
            return folder;
        }
        catch (UnauthorizedAccessException e)
        {
            held?.Dispose();
            throw new IOException($"queue.path: the folder {path} cannot be used: {e.Message}", e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Makes each missing level and has its parent remember it: a folder that a power cut takes away takes the mail with it.</summary>
    static void Create(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = System.IO.Path.GetDirectoryName(path);
        if (parent is not null)
            Create(parent);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
        if (parent is not null)
            SyncDirectory(parent);
    }

    static FileStream Lock(string path)
    {
        try
        {
            // No sharing is an exclusive flock, which the system drops with the process, however that ends.
            return new FileStream(System.IO.Path.Combine(path, "queue.lock"), Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException e)
        {
            throw new IOException($"The queue's folder {path} cannot be locked: another Posthouse uses it. ({e.Message})", e);
        }
    }

    static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    // .NET opens no folders and hides fsync's errors (seen in 10.0.12), hence libc.
    static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = OpenPath(Encoding.UTF8.GetBytes(path + '\0'), 0);
        if (descriptor < 0)
            throw new IOException($"The folder {path} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        var synced = Sync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (synced != 0)
            throw new IOException($"The folder {path} cannot be written to disk (errno {error}).");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int OpenPath(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Close(int descriptor);
}
