using System.Diagnostics;
using Posthouse.Ledger.Books;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>
/// A full disk, a tmpfs in a mount namespace of the gateway's own: mail is refused, deliveries go on, and with room it is taken again, by itself.
/// Then the disk is filled to its last octet by somebody else, which no reserve of ours prevents.
/// </summary>
static class DiskFullRun
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>False = not as it should; null = this machine lets nobody mount.</summary>
    internal static async Task<bool?> RunAsync(Delivery delivery)
    {
        var folder = Directory.CreateTempSubdirectory("posthouse-disk-");
        try
        {
            using var disk = SmallDisk.Mount(Path.Combine(folder.FullName, "disk"), "48m");
            return disk is null ? null : await RunAsync(disk, delivery);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<bool> RunAsync(SmallDisk disk, Delivery delivery)
    {
        using var scene = new Scene(delivery, disk);
        var clean = true;
        // Nothing leaves, so it fills.
        scene.Hosts(refusing: 100);
        await scene.Gateway.StartAsync();
        var junk = $"{disk.Seen}{disk.Path}/junk";
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "full", clients: 8, largest: 500_000))
        {
            clean &= await ComesAsync("mail is refused", () => load.Refusals > 20);
            Fill(junk);
            await Task.Delay(500);
            var (count, refusals) = (scene.Lmtp.Count + scene.Smtp.Count, load.Refusals);
            clean &= await ComesAsync("mail is still refused", () => load.Refusals > refusals + 20);
            scene.Hosts();
            clean &= await ComesAsync("deliveries go on", () => scene.Lmtp.Count + scene.Smtp.Count > count + 20);
            File.Delete(junk);
            var now = Book.Now;
            clean &= await ComesAsync("mail is taken again", () => Book.Read(scene.Books.Clients.Path).Any(entry => entry.Kind == "ACK" && entry.Time > now));
        }
        return await scene.EndAsync(scene.Gateway, storeFails: true) & clean;
    }

    static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1024 * 1024, 4096, 1])
        {
            try
            {
                while (true)
                    file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }

    static async Task<bool> ComesAsync(string what, Func<bool> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!holds())
        {
            if (waited.Elapsed > Patience)
            {
                Console.WriteLine($"NOT: {what}");
                return false;
            }
            await Task.Delay(100);
        }
        return true;
    }
}
