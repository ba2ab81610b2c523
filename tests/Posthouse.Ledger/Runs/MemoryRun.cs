using System.Globalization;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Runs;

/// <summary>Many large messages at the same time, in and out, and the most memory that the gateway ever held for it.</summary>
static class MemoryRun
{
    /// <param name="messages">At the same time.</param>
    /// <param name="megabytes">Each.</param>
    /// <param name="bound">Most resident memory, in MB.</param>
    internal static async Task<bool> RunAsync(int messages, int megabytes, int bound)
    {
        using var scene = new Scene(Delivery.Queued);
        await scene.Gateway.StartAsync();
        var idle = scene.Gateway.Status("VmRSS") / 1024;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        await Task.WhenAll(Enumerable.Range(0, messages).Select(i => Task.Run(async () =>
        {
            using var client = await Client.ConnectAsync(scene.Gateway.Port, scene.Books.Clients, patience.Token);
            var letter = Letter.Make(string.Create(CultureInfo.InvariantCulture, $"large-{i}"), new Random(i), megabytes * 1_000_000L, recipients: 2);
            if (!await client.SendAsync(letter, byChunks: i % 2 == 0, breakOff: false, patience.Token))
                Console.WriteLine($"{letter.Id} was refused");
        })));
        await scene.DrainAsync(scene.Gateway);
        var most = scene.Gateway.Status("VmHWM") / 1024;
        Console.WriteLine($"{messages} messages of {megabytes} MB at once: {idle} MB idle, {most} MB at most, {bound} MB allowed");
        return await scene.EndAsync(scene.Gateway) & most <= bound;
    }
}
