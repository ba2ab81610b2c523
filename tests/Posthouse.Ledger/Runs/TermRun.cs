using Posthouse.Ledger.Books;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>SIGTERM at random moments: it ends with 0 in bounded time, and repeats nothing that it was not made to give up.</summary>
static class TermRun
{
    const string GivenUp = "GivenUp";

    internal static async Task<bool> RunAsync(int rounds)
    {
        using var scene = new Scene();
        var random = new Random();
        scene.Hosts(refusing: 2);
        var clean = true;
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "term", clients: 8))
        {
            for (var i = 0; i < rounds; i++)
            {
                await scene.Gateway.StartAsync();
                await Task.Delay(random.Next(50, 1000));
                var before = scene.Gateway.CountLogged(GivenUp);
                var exit = await scene.Gateway.TerminateAsync();
                if (exit != 0)
                {
                    Console.WriteLine($"SIGTERM ended with {exit}:\n{scene.Gateway.LogEnd()}");
                    clean = false;
                }
                // Only an attempt that the drain's bound cut off may come twice.
                if (scene.Gateway.CountLogged(GivenUp) > before)
                    await scene.DiedAsync("KILL");
            }
        }
        await scene.Gateway.StartAsync();
        return await scene.EndAsync(scene.Gateway) & clean;
    }
}
