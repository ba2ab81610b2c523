using Posthouse.Ledger.Books;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>
/// SIGTERM at random moments: it ends with 0 in bounded time, repeats nothing that it was not made to give up, and leaves no client without the answer to a
/// message that it had in full, though hops that mail goes through be slow.
/// </summary>
static class TermRun
{
    const string GivenUp = "event=GivenUp";

    // Of a message that went through, where nobody waited for the hop's last word any longer.
    const string MaybeDelivered = ", maybe delivered";

    internal static async Task<bool> RunAsync(int rounds, Delivery delivery)
    {
        using var scene = new Scene(delivery);
        var random = new Random();
        var clean = true;
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "term", clients: 8))
        {
            for (var i = 0; i < rounds; i++)
            {
                // Clients whose hops stall bring little.
                var stalling = delivery == Delivery.CutThrough && i % 2 == 1 ? 5 : 0;
                scene.Hosts(refusing: delivery == Delivery.Queued ? 2 : 10, denying: 2, stalling: stalling);
                await scene.Gateway.StartAsync();
                await Task.Delay(random.Next(50, 1000));
                var before = CutOff(scene);
                var exit = await scene.Gateway.TerminateAsync();
                if (exit != 0)
                {
                    Console.WriteLine($"SIGTERM ended with {exit}:\n{scene.Gateway.LogEnd()}");
                    clean = false;
                }
                // Only an attempt that the drain's bound cut off may come twice.
                if (CutOff(scene) > before)
                    await scene.DiedAsync("TERM");
            }
        }
        await scene.Gateway.StartAsync();
        clean &= await scene.EndAsync(scene.Gateway);
        var unanswered = Book.Read(scene.Books.Clients.Path).Count(static entry => entry.Kind == "UNKNOWN");
        if (unanswered > 0)
            Console.WriteLine($"NOT: each message had its answer; {unanswered} had none");
        return clean && unanswered == 0;
    }

    static int CutOff(Scene scene) => scene.Gateway.CountLogged(GivenUp) + scene.Gateway.CountLogged(MaybeDelivered);
}
