using System.Diagnostics;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>
/// Writes are over the user's quota of the disk (EDQUOT) from some moment on: mail is refused with 452 and the store lives on, and what had its 250 is delivered by
/// a start on a disk with room.
/// </summary>
static class DiskQuotaRun
{
    const string Reply = "452";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static async Task<bool> RunAsync(Delivery delivery)
    {
        using var scene = new Scene(delivery, null,
            "strace", "-D", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=EDQUOT:when=300+");
        scene.Hosts(refusing: 10, denying: 2);
        using var plain = scene.Plain();
        await plain.StartAsync();
        await plain.TerminateAsync();
        bool isRefused;
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "quota", clients: 8, largest: 100_000))
        {
            await scene.Gateway.StartAsync();
            var waited = Stopwatch.StartNew();
            while (load.Refusals < 20 && waited.Elapsed < Patience)
                await Task.Delay(50);
            isRefused = Books.Book.Read(scene.Books.Clients.Path).Any(static entry => entry.Kind == "REFUSED" && entry.Words[1].StartsWith(Reply, StringComparison.Ordinal));
        }
        var clean = Say("mail is refused with 452", isRefused) & Say("the store lives on", !scene.Gateway.Logged("StoreFailed"));
        // Marks have nowhere to go before it ends.
        await scene.Gateway.TerminateAsync();
        await scene.DiedAsync("FAULT", "EDQUOT");
        await plain.StartAsync();
        return await scene.EndAsync(plain, storeFails: true) & clean;
    }

    static bool Say(string what, bool holds)
    {
        if (!holds)
            Console.WriteLine($"NOT: {what}");
        return holds;
    }
}
