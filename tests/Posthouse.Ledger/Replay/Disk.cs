namespace Posthouse.Ledger.Replay;

/// <summary>What a power cut may leave of the writes since the last sync of their file.</summary>
enum Cut
{
    /// <summary>Nothing that was not synced.</summary>
    Synced,

    /// <summary>All of it.</summary>
    All,

    /// <summary>As far as some write, and a part of the next, in order.</summary>
    Prefix,

    /// <summary>Any of them, and of one only its first sectors.</summary>
    Some,
}

/// <summary>
/// The queue's folder as a disk may hold it: what is synced is there, what is not may be there. A file's name is there once its folder was synced after it
/// was made.
/// </summary>
sealed class Disk
{
    const int Sector = 512;
    readonly Dictionary<string, Image> _files = new(StringComparer.Ordinal);

    /// <summary>Applies a call.</summary>
    internal void Do(Syscall call)
    {
        if (call.Act == FileAct.SyncFolder)
        {
            foreach (var file in _files.Values)
                file.HasName = true;
            return;
        }
        // The index beside the log is rebuilt, and the lock has no content.
        if (call.File is not ("queue.db" or "queue.db-wal"))
            return;
        if (!_files.TryGetValue(call.File, out var image))
            _files.Add(call.File, image = new Image());
        switch (call.Act)
        {
            case FileAct.Sync:
                image.Sync();
                break;
            case FileAct.Write or FileAct.Truncate:
                image.Pending.Add(call);
                break;
            case FileAct.Remove:
                throw new InvalidDataException($"{call.File} was removed.");
        }
    }

    /// <summary>Writes into a folder what a cut leaves.</summary>
    internal void Leave(string folder, Cut cut, Random random)
    {
        foreach (var (name, image) in _files)
        {
            if (!image.HasName && cut != Cut.All)
                continue;
            File.WriteAllBytes(Path.Combine(folder, name), image.After(cut, random));
        }
    }

    sealed class Image
    {
        byte[] _synced = [];

        internal bool HasName { get; set; }

        internal List<Syscall> Pending { get; } = [];

        internal void Sync()
        {
            _synced = Apply(_synced, Pending);
            Pending.Clear();
        }

        internal byte[] After(Cut cut, Random random)
        {
            switch (cut)
            {
                case Cut.Synced:
                    return _synced;
                case Cut.All:
                    return Apply(_synced, Pending);
                case Cut.Prefix:
                    var whole = random.Next(Pending.Count + 1);
                    return Apply(_synced, [.. Pending[..whole], .. Pending.Skip(whole).Take(1).Select(call => Torn(call, random))]);
                default:
                    return Apply(_synced, [.. Pending.Where(_ => random.Next(2) == 0).Select(call => random.Next(8) == 0 ? Torn(call, random) : call)]);
            }
        }

        static Syscall Torn(Syscall call, Random random) =>
            call.Act == FileAct.Write ? call with { Octets = call.Octets[..(random.Next((call.Octets.Length / Sector) + 1) * Sector)] } : call;

        static byte[] Apply(byte[] octets, List<Syscall> calls)
        {
            if (calls.Count == 0)
                return octets;
            long length = octets.Length;
            long most = Math.Max(length, calls.Max(static call => call.Act == FileAct.Write ? call.Offset + call.Octets.Length : call.Offset));
            var image = new byte[most];
            octets.CopyTo(image, 0);
            foreach (var call in calls)
            {
                if (call.Act == FileAct.Truncate)
                {
                    if (call.Offset < length)
                        image.AsSpan((int)call.Offset, (int)(length - call.Offset)).Clear();
                    length = call.Offset;
                }
                else
                {
                    call.Octets.CopyTo(image, call.Offset);
                    length = Math.Max(length, call.Offset + call.Octets.Length);
                }
            }
            return length == most ? image : image[..(int)length];
        }
    }
}
