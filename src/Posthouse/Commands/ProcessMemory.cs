using System.Runtime.InteropServices;

namespace Posthouse.Commands;

/// <summary>Keeps the process's memory, which holds secrets, from core dumps and from other processes of the same user.</summary>
static class ProcessMemory
{
    const int SetDumpable = 4; // PR_SET_DUMPABLE; unlike a limit on core files it also holds where the kernel pipes them to a program
    const int CoreFileSize = 4; // RLIMIT_CORE; unlike the former it is inherited, and cannot be raised again

    /// <summary>False where Linux refuses; on other systems there is nothing to be done.</summary>
    public static bool TryHide() => !OperatingSystem.IsLinux()
        || (Control(SetDumpable, 0, 0, 0, 0) == 0 && SetLimit(CoreFileSize, new ResourceLimit(0, 0)) == 0);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetLimit(int resource, in ResourceLimit limit);

    // rlim_t is as wide as a pointer on every 64-bit Linux.
    readonly record struct ResourceLimit(nuint Current, nuint Maximum);
}
