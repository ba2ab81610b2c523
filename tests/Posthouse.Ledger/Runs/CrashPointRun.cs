using System.Diagnostics;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>Death at each named point, under load, and at those of the start twice in a row before it may recover.</summary>
static class CrashPointRun
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Points of the start, in the order in which they are passed.</summary>
    static readonly string[] Start = ["start.locked", "start.made", "start.migrating", "start.migrated", "start.orphans", "start.swept", "start.opened", "start.backlog"];

    /// <summary>Points of work, with how often each is passed first.</summary>
    static readonly string[] Work =
    [
        "mail.applied:5", "mail.committed:5", "mail.answered:5", "chunk.applied:5", "chunk.committed:5", "discard.applied:1", "discard.committed:1",
        "mark.applied:5", "mark.committed:5", "mark.answered:5", "reply.before:5", "attempt.before:5", "attempt.replied:5", "attempt.recorded:5",
        "fold.before", "fold.after",
    ];

    /// <summary>Points of work while the client waits for the next hop's word.</summary>
    static readonly string[] WorkCutThrough =
    [
        "live.offered:5", "live.streamed", "live.whole:5", "live.replied:5", "live.left:1", "reply.before:5", "mail.applied:3", "mail.committed:3", "mail.answered:3",
        "chunk.committed:3", "discard.applied:1", "discard.committed:1", "mark.applied:3", "mark.committed:3", "attempt.replied:3",
    ];

    static readonly string[] End = ["close.before", "close.after"];

    /// <summary>Where it is cut through, the start is not what differs.</summary>
    internal static async Task<bool> RunAsync(Delivery delivery)
    {
        using var scene = new Scene(delivery);
        var (start, work) = delivery == Delivery.Queued ? (Start, Work) : ([], WorkCutThrough);
        scene.Hosts(refusing: delivery == Delivery.Queued ? 2 : 10, denying: 2);
        var clean = true;
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "point", clients: 8))
        {
            // A folder that is new, so that making and migrating are passed at all; orphans there are after a chunk's commit.
            foreach (var point in start)
            {
                if (point == "start.orphans")
                    clean &= await DieAsync(scene, "chunk.committed:5");
                clean &= await DieAsync(scene, point);
                if (point is not ("start.migrated" or "start.swept"))
                    clean &= await DieAsync(scene, point);
            }
            foreach (var point in work)
            {
                clean &= await DieAsync(scene, point);
                clean &= await DieAsync(scene, "start.opened");
                clean &= await DieAsync(scene, "start.backlog");
            }
            foreach (var point in End)
            {
                scene.Gateway.Spawn(point);
                clean &= await scene.Gateway.GreetsAsync();
                await Task.Delay(200);
                clean &= await scene.Gateway.TerminateAsync() == Killed;
                await scene.DiedAsync("KILL", point);
            }
        }
        await scene.Gateway.StartAsync();
        Console.WriteLine($"{start.Length + work.Length + End.Length} named points");
        return await scene.EndAsync(scene.Gateway) & clean;
    }

    const int Killed = 128 + 9;

    static async Task<bool> DieAsync(Scene scene, string point)
    {
        scene.Gateway.Spawn(point);
        var waited = Stopwatch.StartNew();
        while (!scene.Gateway.HasExited && waited.Elapsed < Patience)
            await Task.Delay(5);
        var reached = scene.Gateway.HasExited && await scene.Gateway.ExitAsync() == Killed;
        if (!scene.Gateway.HasExited)
            scene.Gateway.Kill();
        await scene.DiedAsync("KILL", point);
        if (!reached)
            Console.WriteLine($"{point} was never reached:\n{scene.Gateway.LogEnd()}");
        return reached;
    }
}
