using System.Diagnostics;
using System.Globalization;
using Posthouse.Ledger.Books;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>
/// Every fsync fails with EIO from some moment on: no 250 any more, 451 4.3.0 at MAIL, no handle of the store stays open, a start on a sound disk
/// delivers all that had its 250 and nothing that had none.
/// </summary>
static class DiskErrorRun
{
    const int First = 3;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal static async Task<bool> RunAsync(Delivery delivery)
    {
        var clean = true;
        // With the first message of all, and early and late in the life of the writer's thread.
        foreach (var when in (int[])[First, 40, 150])
            clean &= await RunAsync(when, delivery);
        return clean;
    }

    static async Task<bool> RunAsync(int when, Delivery delivery)
    {
        // -D: the gateway is our own child, and strace the one beside it.
        using var scene = new Scene(delivery, null,
            "strace", "-D", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-e", $"inject=fsync,fdatasync:error=EIO:when={when.ToString(CultureInfo.InvariantCulture)}+");
        scene.Hosts(refusing: 10, denying: 2);
        // The folder and the schema are made on a sound disk; without them it would not start.
        using var plain = scene.Plain();
        await plain.StartAsync();
        await plain.TerminateAsync();
        var clean = true;
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, $"eio{when.ToString(CultureInfo.InvariantCulture)}", clients: 8, largest: 500_000))
        {
            await scene.Gateway.StartAsync();
            clean &= Say("the store fails", await ComesAsync(() => scene.Gateway.Logged("StoreFailed")));
            clean &= Say("MAIL is told 451 4.3.0", await ComesAsync(() => MailReply(scene.Gateway.Port).StartsWith("451 4.3.0", StringComparison.Ordinal)));
        }
        clean &= Say("no handle of the store stays open", await ComesAsync(() => !HasHandles(scene.Gateway)));
        clean &= Say("it lives on", !scene.Gateway.HasExited);
        clean &= Say("SIGTERM ends it with 0", await scene.Gateway.TerminateAsync() == 0);
        // What was under way when the store failed may come again: its mark has nowhere to go.
        await scene.DiedAsync("FAULT", "EIO");

        await plain.StartAsync();
        return await scene.EndAsync(plain, mayBeEmpty: when == First, storeFails: true) & clean;
    }

    static bool Say(string what, bool holds)
    {
        if (!holds)
            Console.WriteLine($"NOT: {what}");
        return holds;
    }

    static async Task<bool> ComesAsync(Func<bool> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!holds())
        {
            if (waited.Elapsed > Patience)
                return false;
            await Task.Delay(50);
        }
        return true;
    }

    static string MailReply(int port)
    {
        using var book = new Book("/dev/null");
        using var client = Client.ConnectAsync(port, book, CancellationToken.None).GetAwaiter().GetResult();
        client.SayAsync("MAIL FROM:<a@ledger.example>", CancellationToken.None).GetAwaiter().GetResult();
        return client.ReadReplyAsync(CancellationToken.None).GetAwaiter().GetResult().Text;
    }

    static bool HasHandles(GatewayProcess gateway) =>
        Directory.EnumerateFiles($"/proc/{gateway.Id}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && target.Contains("/queue.db", StringComparison.Ordinal));
}
