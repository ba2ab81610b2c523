using System.Text;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Runtime;

namespace Posthouse.HeapWalk;

/// <summary>A trace of a password in an object of the other process.</summary>
/// <param name="Number">Which password; null where the number did not survive.</param>
/// <param name="Text">What it is, where, and what leads there.</param>
sealed record Finding(int? Number, string Text);

/// <summary>The managed heap of another process at one moment, from a dump of its memory.</summary>
/// <remarks>
/// A dump and not a debugger that stays attached: the stop of a child that is traced is reported once, and .NET waits for its children
/// too, so one of the two could wait for ever. The process has its dump made by a child of its own, which Yama allows it.
/// </remarks>
sealed class Heap : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly DataTarget _target;
    readonly ClrRuntime _runtime;
    readonly IReadOnlyList<Trace> _traces;
    readonly byte[] _marker;
    byte[] _octets = new byte[1 << 16];

    Heap(string dump, byte[] marker)
    {
        _target = DataTarget.LoadDump(dump);
        _marker = marker;
        _traces = Canary.Traces(marker);
        try
        {
            // Both processes run on the same runtime, which brings the library that understands its heap; its version is not read on Linux.
            var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
            _runtime = _target.ClrVersions[0].CreateRuntime(Path.Combine(runtime, "libmscordaccore.so"), ignoreMismatch: true);
        }
        catch
        {
            _target.Dispose();
            throw;
        }
    }

    /// <summary>Looks at the process as it is now. In the middle of a collection its heap cannot be walked; then it is looked at again.</summary>
    public static async Task<Heap> TakeAsync(int process, byte[] marker, string folder)
    {
        for (var tries = 1; ; tries++)
        {
            var dump = Path.Combine(folder, $"heap-{Guid.NewGuid():N}");
            using var patience = new CancellationTokenSource(Patience);
            await new DiagnosticsClient(process).WriteDumpAsync(DumpType.WithHeap, dump, logDumpGeneration: false, patience.Token);
            var heap = new Heap(dump, marker);
            // It stays readable while it is open.
            File.Delete(dump);
            if (heap._runtime.Heap.CanWalkHeap)
                return heap;
            heap.Dispose();
            if (tries == 20)
                throw new InvalidOperationException("the heap cannot be walked: it is always being collected");
        }
    }

    public int Objects { get; private set; }

    public long Octets { get; private set; }

    /// <summary>Everything that the garbage collector's roots lead to: stacks, handles (statics among them), the finalizer's queue.</summary>
    public IReadOnlyList<Finding> Reachable()
    {
        var comesFrom = new Dictionary<ulong, ulong>();
        var rootKinds = new Dictionary<ulong, ClrRootKind>();
        var open = new Stack<ulong>();
        foreach (var root in _runtime.Heap.EnumerateRoots())
        {
            if (root.Object.IsValid && comesFrom.TryAdd(root.Object.Address, 0))
            {
                rootKinds[root.Object.Address] = root.RootKind;
                open.Push(root.Object.Address);
            }
        }
        var findings = new List<Finding>();
        while (open.TryPop(out var address))
        {
            var item = _runtime.Heap.GetObject(address);
            Search(item, () => Trail(address, comesFrom, rootKinds), findings);
            foreach (var next in item.EnumerateReferences(carefully: false, considerDependantHandles: true))
            {
                if (next.IsValid && comesFrom.TryAdd(next.Address, address))
                    open.Push(next.Address);
            }
        }
        return findings;
    }

    /// <summary>Every object there is; after a collection that is what the collector itself holds for reachable.</summary>
    public IReadOnlyList<Finding> All()
    {
        var findings = new List<Finding>();
        foreach (var item in _runtime.Heap.EnumerateObjects())
        {
            if (item.IsValid && !item.IsFree)
                Search(item, () => "", findings);
        }
        return findings;
    }

    public void Dispose()
    {
        _runtime.Dispose();
        _target.Dispose();
    }

    void Search(ClrObject item, Func<string> path, List<Finding> findings)
    {
        var size = checked((int)item.Size);
        if (_octets.Length < size)
            _octets = new byte[2 * size];
        var octets = _octets.AsSpan(0, _target.DataReader.Read(item.Address, _octets.AsSpan(0, size)));
        Objects++;
        Octets += octets.Length;
        foreach (var trace in _traces)
        {
            var from = 0;
            while (octets[from..].IndexOf(trace.Octets) is >= 0 and var at)
            {
                var number = NumberAt(octets, from + at);
                var where = $"{item.Address:x} {item.Type?.Name} of {size} octets";
                if (!findings.Exists(finding => finding.Number == number && finding.Text.StartsWith(where, StringComparison.Ordinal)))
                    findings.Add(new Finding(number, $"{where}, at {from + at}, {trace.Form}: {Around(octets, from + at)}{path()}"));
                from += at + trace.Octets.Length;
            }
        }
    }

    /// <summary>The number beside a marker, whatever the form: it is read out of the octets around, decoded in each way.</summary>
    int? NumberAt(ReadOnlySpan<byte> octets, int at)
    {
        var around = octets[Math.Max(0, at - 120)..Math.Min(octets.Length, at + 160)];
        var narrow = new byte[around.Length];
        var length = 0;
        foreach (var octet in around)
        {
            if (octet != 0 || (length > 0 && around.Count((byte)0) < around.Length / 3))
                narrow[length++] = octet;
        }
        if (Number(narrow.AsSpan(0, length)) is { } plain)
            return plain;
        // Base64: from each of four places, as far as it goes.
        var text = Encoding.Latin1.GetString(narrow, 0, length);
        for (var start = 0; start < text.Length; start++)
        {
            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '+' or '/'))
                end++;
            var whole = (end - start) / 4 * 4;
            if (whole >= 24 && Number(Convert.FromBase64String(text.Substring(start, whole))) is { } encoded)
                return encoded;
        }
        return null;
    }

    int? Number(ReadOnlySpan<byte> octets)
    {
        for (var at = octets.IndexOf(_marker); at >= 0;)
        {
            var next = octets[(at + _marker.Length)..];
            if (next.Length >= 4 && int.TryParse(next[..4], System.Globalization.NumberStyles.None, null, out var after))
                return after;
            if (at >= 4 && int.TryParse(octets.Slice(at - 4, 4), System.Globalization.NumberStyles.None, null, out var before))
                return before;
            var more = next.IndexOf(_marker);
            at = more < 0 ? -1 : at + _marker.Length + more;
        }
        return null;
    }

    static string Around(ReadOnlySpan<byte> octets, int at)
    {
        var text = new StringBuilder();
        foreach (var octet in octets[Math.Max(0, at - 40)..Math.Min(octets.Length, at + 60)])
            text.Append(octet is >= 0x20 and <= 0x7E ? (char)octet : '.');
        return text.ToString();
    }

    string Trail(ulong address, Dictionary<ulong, ulong> comesFrom, Dictionary<ulong, ClrRootKind> rootKinds)
    {
        var path = new StringBuilder();
        var steps = 0;
        for (; comesFrom[address] is not 0 and var from && steps < 12; address = from, steps++)
            path.Append("\n      held by ").Append(_runtime.Heap.GetObjectType(from)?.Name);
        if (rootKinds.TryGetValue(address, out var kind))
            path.Append("\n      held by root ").Append(kind);
        return path.ToString();
    }
}
