using System.Diagnostics;
using System.Globalization;

namespace Posthouse.Ledger.Gateways;

/// <summary>
/// A tmpfs in a mount namespace that a small process holds: the machine sees no mount, and it goes with the holder, which goes with us, since it
/// reads our pipe.
/// </summary>
sealed class SmallDisk : IDisposable
{
    readonly Process _holder;
    readonly bool _isOwnUser;

    SmallDisk(Process holder, bool isOwnUser, string path) => (_holder, _isOwnUser, Path) = (holder, isOwnUser, path);

    /// <summary>The folder, for whoever runs within.</summary>
    internal string Path { get; }

    /// <summary>What to put before a path that is seen from outside.</summary>
    internal string Seen => string.Create(CultureInfo.InvariantCulture, $"/proc/{_holder.Id}/root");

    /// <summary>What runs the rest of its line with this disk in sight.</summary>
    internal string[] Within
    {
        get
        {
            string[] enter = ["nsenter", "-t", _holder.Id.ToString(CultureInfo.InvariantCulture), "-m"];
            return _isOwnUser ? [.. enter, "-U", "--preserve-credentials"] : enter;
        }
    }

    /// <summary>Null where this machine forbids it.</summary>
    internal static SmallDisk? Mount(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        foreach (var own in (bool[])[false, true])
        {
            string[] arguments = [.. own ? (string[])["-r", "-m"] : ["-m"], "sh", "-c", $"mount -t tmpfs -o size={size} none '{folder}' && echo ready && exec cat"];
            var holder = Process.Start(new ProcessStartInfo("unshare", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (holder.StandardOutput.ReadLine() == "ready")
                return new SmallDisk(holder, own, folder);
            holder.WaitForExit();
            holder.Dispose();
        }
        return null;
    }

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
    }
}
