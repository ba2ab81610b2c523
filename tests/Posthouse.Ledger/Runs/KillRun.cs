using System.Diagnostics;
using System.Globalization;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>kill -9 at random moments, 0.05 to 0.5 s after the gateway greets; every fifth so long after it was started, whatever it does then.</summary>
static class KillRun
{
    const int Round = 60;

    internal static async Task<bool> RunAsync(int kills, Delivery delivery)
    {
        using var scene = new Scene(delivery);
        var random = new Random();
        scene.Hosts(refusing: delivery == Delivery.Queued ? 2 : 10, losing: 2, denying: 2);
        await using (var load = new ClientLoad(scene.Gateway.Port, scene.Books.Clients, "kill", clients: 8))
        {
            for (var i = 0; i < kills; i++)
            {
                scene.Gateway.Spawn();
                if (i % 5 != 4 && !await scene.Gateway.GreetsAsync())
                    throw new InvalidOperationException($"The gateway ended by itself:\n{scene.Gateway.LogEnd()}");
                await Task.Delay(random.Next(50, 500));
                scene.Gateway.Kill();
                await scene.DiedAsync("KILL");
            }
        }
        await scene.Gateway.StartAsync();
        return await scene.EndAsync(scene.Gateway);
    }

    /// <summary>Goes on where an earlier run ended, round by round, for an hour at most; every other round is cut through.</summary>
    internal static async Task<bool> RunManyAsync(int kills, string state)
    {
        var ran = Stopwatch.StartNew();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(state))!);
        var done = File.Exists(state) ? int.Parse(File.ReadAllText(state), CultureInfo.InvariantCulture) : 0;
        while (done < kills && ran.Elapsed < TimeSpan.FromMinutes(55))
        {
            if (!await RunAsync(Math.Min(Round, kills - done), done / Round % 2 == 0 ? Delivery.Queued : Delivery.CutThrough))
                return false;
            done += Math.Min(Round, kills - done);
            await File.WriteAllTextAsync(state, done.ToString(CultureInfo.InvariantCulture));
        }
        Console.WriteLine(done < kills ? $"{done} of {kills} kills so far; the next run goes on from here" : $"all {kills} kills");
        if (done >= kills)
            File.Delete(state);
        return true;
    }
}
