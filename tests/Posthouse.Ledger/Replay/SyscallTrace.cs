using System.Globalization;
using System.Text.RegularExpressions;

namespace Posthouse.Ledger.Replay;

/// <summary>
/// Reads what <c>strace -ff -ttt -y -xx</c> wrote, a file a thread, so that no line is cut by another's. Calls that fail did nothing.
/// </summary>
static partial class SyscallTrace
{
    internal static readonly string[] Options =
        ["-D", "-ff", "-qq", "-ttt", "-y", "-xx", "-s", "10000000", "--seccomp-bpf", "-e", "trace=openat,open,pwrite64,write,pwritev,writev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2"];

    internal static List<Syscall> Read(string folder, string pattern, string queue)
    {
        List<Syscall> calls = [];
        foreach (var file in Directory.EnumerateFiles(folder, pattern))
        {
            foreach (var line in File.ReadLines(file))
            {
                if (Parse(line, queue) is { } call)
                    calls.Add(call);
            }
        }
        calls.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        return calls;
    }

    static Syscall? Parse(string line, string queue)
    {
        var shape = Line().Match(line);
        if (!shape.Success || shape.Groups["result"].Value.StartsWith('-'))
            return null;
        var time = double.Parse(shape.Groups["time"].Value, CultureInfo.InvariantCulture);
        var (name, arguments) = (shape.Groups["name"].Value, shape.Groups["arguments"].Value);
        if (name is "open" or "openat")
        {
            var path = Text(Quoted().Match(arguments).Groups[1].Value);
            return path.StartsWith(queue + "/", StringComparison.Ordinal) && arguments.Contains("O_CREAT", StringComparison.Ordinal)
                ? new Syscall(time, FileAct.Create, path[(queue.Length + 1)..], 0, []) : null;
        }
        if (name is "unlink" or "unlinkat")
        {
            var path = Text(Quoted().Match(arguments).Groups[1].Value);
            return path.StartsWith(queue + "/", StringComparison.Ordinal) ? new Syscall(time, FileAct.Remove, path[(queue.Length + 1)..], 0, []) : null;
        }
        var target = Descriptor().Match(arguments);
        if (!target.Success)
            return null;
        var of = Text(target.Groups[1].Value);
        if (of == queue && name is "fsync" or "fdatasync" && of == queue)
            return new Syscall(time, FileAct.SyncFolder, "", 0, []);
        if (!of.StartsWith(queue + "/", StringComparison.Ordinal))
            return null;
        of = of[(queue.Length + 1)..];
        switch (name)
        {
            case "fsync" or "fdatasync":
                return new Syscall(time, FileAct.Sync, of, 0, []);
            case "ftruncate":
                return new Syscall(time, FileAct.Truncate, of, Number(arguments), []);
            case "pwrite64":
                return new Syscall(time, FileAct.Write, of, Number(arguments), Octets(Quoted().Match(arguments).Groups[1].Value));
            default:
                // Plain writes: the lock file has none, and SQLite uses pwrite64.
                throw new InvalidDataException($"The replay does not know {name} on {of}.");
        }
    }

    static long Number(string arguments) => long.Parse(arguments.AsSpan(arguments.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);

    // -xx writes paths in hexadecimal as well.
    static string Text(string text) => text.StartsWith("\\x", StringComparison.Ordinal) ? System.Text.Encoding.UTF8.GetString(Octets(text)) : text;

    static byte[] Octets(string text)
    {
        var octets = new byte[text.Length / 4];
        for (var i = 0; i < octets.Length; i++)
            octets[i] = (byte)((Digit(text[(4 * i) + 2]) << 4) | Digit(text[(4 * i) + 3]));
        return octets;
    }

    static int Digit(char digit) => digit <= '9' ? digit - '0' : digit - 'a' + 10;

    [GeneratedRegex(@"^(?<time>\d+\.\d+) (?<name>\w+)\((?<arguments>.*)\) += (?<result>-?\w+)")]
    private static partial Regex Line();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("^[0-9]+<([^>]*)>")]
    private static partial Regex Descriptor();
}
