using System.Security.Cryptography;
using System.Text;
using Posthouse.Gateway.Queue;
using Posthouse.Ledger.Books;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;
using Posthouse.Ledger.Replay;
using Posthouse.Ledger.Sinks;

namespace Posthouse.Ledger.Runs;

/// <summary>
/// Power cuts: all that the gateway writes to its queue is recorded, then replayed to many moments without what was not synced by then, wholly, in
/// part and out of order. A store opened on each must hold every recipient that had its 250 by that moment and neither a delivery nor a report, to the octet, or the
/// report that it failed; never both of these, and nothing of a message that its client was told is refused for good.
/// </summary>
static class PowerCutRun
{
    const int Messages = 450;

    internal static async Task<bool> RunAsync(int cuts, Delivery delivery)
    {
        var traces = Directory.CreateTempSubdirectory("posthouse-trace-");
        try
        {
            using var scene = new Scene(delivery, null, ["strace", .. SyscallTrace.Options, "-o", Path.Combine(traces.FullName, "trace")]);
            scene.Hosts(refusing: 20, denying: 5);
            await scene.Gateway.StartAsync();
            await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "cut", clients: 6, largest: 120_000))
            {
                while (load.Count < Messages)
                    await Task.Delay(20);
            }
            var clean = await scene.EndAsync(scene.Gateway);
            var calls = SyscallTrace.Read(traces.FullName, "trace.*", scene.Gateway.Queue);
            var fates = Fates(scene.Folder);
            var (made, bad) = Replay(calls, fates, cuts, isForgetful: false);
            Console.WriteLine($"{made} power cuts, {bad} of them wrong");
            // A gateway that never synced its log must not pass, or the replay proves nothing.
            var (forgotten, seen) = Replay(calls, fates, cuts: 10, isForgetful: true);
            Console.WriteLine($"{seen} of {forgotten} cuts wrong were the log never synced");
            return bad == 0 && made >= cuts && seen > 0 && clean;
        }
        finally
        {
            traces.Delete(recursive: true);
        }
    }

    static (int Made, int Bad) Replay(List<Syscall> calls, List<Fate> fates, int cuts, bool isForgetful)
    {
        var random = new Random();
        var syncs = calls.Count(static call => call.Act == FileAct.Sync);
        if (!isForgetful)
            Console.WriteLine($"{calls.Count} calls on the queue, {syncs} syncs, {calls.Count(static call => call.Act == FileAct.SyncFolder)} of the folder");
        // At each sync, before it is done, and at calls between; as many as asked for, evenly.
        var every = Math.Max(1.0, syncs / (cuts * 0.7));
        var disk = new Disk();
        var (seen, next, made, bad) = (0, 0.0, 0, 0);
        foreach (var call in calls)
        {
            var isDue = call.Act == FileAct.Sync ? seen++ >= next : random.Next(calls.Count) < cuts * 0.3;
            if (isDue)
            {
                if (call.Act == FileAct.Sync)
                    next += every;
                foreach (var cut in Enum.GetValues<Cut>())
                {
                    made++;
                    if (Judge(disk, cut, call.Time, fates, random) is { } wrong && bad++ < 5 && !isForgetful)
                        Console.WriteLine($"cut at {call.Time:F6} before {call.Act} of {call.File}, {cut}: {wrong}");
                }
            }
            if (!isForgetful || call.Act != FileAct.Sync || call.File != "queue.db-wal")
                disk.Do(call);
        }
        return (made, bad);
    }

    static string? Judge(Disk disk, Cut cut, double time, List<Fate> fates, Random random)
    {
        var folder = Directory.CreateTempSubdirectory("posthouse-cut-");
        try
        {
            disk.Leave(folder.FullName, cut, random);
            var held = Open(folder.FullName, fates.ToDictionary(static fate => fate.Id, static fate => fate.Sha, StringComparer.Ordinal));
            if (fates.Find(fate => fate.Refused < time && fate.Got.Keys.Any(recipient => held.Contains((fate.Id, recipient)))) is { } ghost)
                return $"{ghost.Id} is a GHOST: refused for good at {ghost.Refused:F6}";
            foreach (var fate in fates.Where(fate => fate.Acknowledged < time))
            {
                foreach (var (recipient, got) in fate.Got)
                {
                    // Its copy at the host outlives the gateway's power.
                    if (got > time && !held.Contains((fate.Id, recipient)))
                        return $"{fate.Id} to {recipient} is LOST: acknowledged at {fate.Acknowledged:F6}, delivered at {got:F6}";
                }
            }
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return e.Message;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// What waits in a store, or is to be reported by a message that waits there; <see cref="InvalidDataException"/> where it is not what was sent, or both.
    /// </summary>
    static HashSet<(string Id, string Recipient)> Open(string folder, Dictionary<string, string> sent)
    {
        var store = SqliteStore.Open(new SqliteStoreOptions(folder));
        try
        {
            HashSet<(string Id, string Recipient)> held = [];
            foreach (var together in store.ReadBacklog().GroupBy(static waiting => waiting.Key))
            {
                var message = store.Read(together.Key) ?? throw new InvalidDataException($"{together.Key} waits and is not there");
                var octets = Octets(message.Body.ReadAsync(CancellationToken.None).ToBlockingEnumerable());
                if (message.Envelope.Mail.ReversePath is null)
                {
                    foreach (var failed in Failed(octets).Where(failed => !held.Add(failed)))
                        throw new InvalidDataException($"{failed.Id} to {failed.Recipient} waits and is reported, or reported twice");
                    continue;
                }
                var (id, sha) = Digest(octets);
                if (!sent.TryGetValue(id, out var original) || original != sha)
                    throw new InvalidDataException($"{together.Key} ({id}) is CORRUPT");
                foreach (var waiting in together)
                {
                    if (!held.Add((id, message.Envelope.Recipients[waiting.Ordinal].Mailbox.ToString())))
                        throw new InvalidDataException($"{id} to {message.Envelope.Recipients[waiting.Ordinal].Mailbox} waits twice, or is reported as well");
                }
            }
            return held;
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    static byte[] Octets(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var whole = new MemoryStream();
        foreach (var piece in pieces)
            whole.Write(piece.Span);
        return whole.ToArray();
    }

    static IEnumerable<(string Id, string Recipient)> Failed(ReadOnlySpan<byte> report)
    {
        var taken = new TakenReport();
        while (report.Length > 0)
        {
            var end = report.IndexOf((byte)'\n') + 1;
            end = end > 0 ? end : report.Length;
            taken.Take(report[..end]);
            report = report[end..];
        }
        return taken.For(Letter.Sender).Select(static one => (one.Words[0], one.Words[1]));
    }

    static (string Id, string Sha) Digest(ReadOnlySpan<byte> octets)
    {
        var at = octets.IndexOf("X-Ledger: "u8);
        if (at < 0)
            return ("none", "");
        octets = octets[at..];
        var id = Encoding.ASCII.GetString(octets[Letter.Header.Length..octets.IndexOf((byte)'\r')]);
        return (id, Convert.ToHexStringLower(SHA256.HashData(octets)));
    }

    /// <summary>What became of a message, and when.</summary>
    sealed record Fate(string Id, string Sha, double Acknowledged, double Refused, Dictionary<string, double> Got);

    static List<Fate> Fates(string folder)
    {
        var fates = new Dictionary<string, Fate>(StringComparer.Ordinal);
        foreach (var entry in Book.Read(Path.Combine(folder, "clients.log")))
        {
            if (entry.Kind == "SENT")
                fates.Add(entry.Words[0], new Fate(entry.Words[0], entry.Words[1], double.MaxValue, double.MaxValue, entry.Words[2].Split(',').ToDictionary(static to => to, static _ => double.MaxValue, StringComparer.Ordinal)));
            else if (entry.Kind == "ACK")
                fates[entry.Words[0]] = fates[entry.Words[0]] with { Acknowledged = entry.Time };
            else if (entry.Kind == "REFUSED" && entry.Words[1][0] == '5')
                fates[entry.Words[0]] = fates[entry.Words[0]] with { Refused = entry.Time };
        }
        foreach (var entry in Book.Read(Path.Combine(folder, "sink.log")).Where(static entry => entry.Kind is "GOT" or "TOLD"))
            fates[entry.Words[0]].Got[entry.Words[1]] = Math.Min(entry.Time, fates[entry.Words[0]].Got[entry.Words[1]]);
        return [.. fates.Values];
    }
}
