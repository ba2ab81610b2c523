using System.Diagnostics;
using Posthouse.Sandbox;

namespace Posthouse.HeapWalk;

/// <summary>
/// 1. Servers for every kind of remote host; 2. a gateway in a child process; 3. logins by every way, with every kind of answer, each with
/// a password of its own; 4. its heap, at most ten seconds after the last answer, and again after a collection, walked; 5. what was found.
/// </summary>
static class Walker
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    static readonly int[] Kept =
    [
        GatewayRole.KeptInStatic, GatewayRole.KeptInThreadStatic, GatewayRole.KeptInPool, GatewayRole.KeptOnStack, GatewayRole.KeptAsText,
        GatewayRole.KeptInBase64,
    ];

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("posthouse-heap-");
        var servers = new Dictionary<RemoteCase, SandboxServer>();
        try
        {
            // 1.
            var marker = Canary.NewMarker();
            var accounts = new SandboxAccounts();
            foreach (var remote in RemoteCase.All)
                servers[remote] = await remote.StartAsync(accounts);
            var configuration = Path.Combine(folder.FullName, "posthouse.toml");
            await File.WriteAllTextAsync(configuration, GatewayToml.For(servers, folder.FullName));

            // 2.
            using var gateway = await GatewayProcess.StartAsync(configuration, marker);

            // 3.
            var play = new Play(gateway, servers, accounts, marker);
            await play.RunAsync();
            var answered = Stopwatch.GetTimestamp();

            // 4.
            using var first = await Heap.TakeAsync(gateway.Id, marker, folder.FullName);
            var taken = Stopwatch.GetElapsedTime(answered);
            await gateway.CollectAsync();
            using var second = await Heap.TakeAsync(gateway.Id, marker, folder.FullName);
            var reachable = Walk(first, heap => heap.Reachable());
            var all = Walk(second, heap => heap.All());
            play.Dispose();

            // 5.
            // The debugger's interface does not tell of the arrays that the shared pool keeps for each thread; the collector knows them.
            var failures = Judge("reachable from a root", reachable, play, [.. Kept.Where(number => number != GatewayRole.KeptInPool)])
                + Judge("alive after a collection", all, play, Kept);
            if (taken > Limit)
                failures += Fail($"the first heap was taken {taken.TotalSeconds:0} s after the last answer, which proves nothing");
            Console.WriteLine($"{play.Count} logins, {failures} failures");
            return failures == 0 ? 0 : 1;
        }
        finally
        {
            foreach (var server in servers.Values)
                await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    static IReadOnlyList<Finding> Walk(Heap heap, Func<Heap, IReadOnlyList<Finding>> walk)
    {
        var findings = walk(heap);
        Console.WriteLine($"walked {heap.Objects} objects of {heap.Octets >> 10} KiB");
        return findings;
    }

    static int Judge(string place, IReadOnlyList<Finding> findings, Play play, IReadOnlyList<int> mustSee)
    {
        var failures = 0;
        foreach (var number in mustSee.Where(number => findings.All(finding => finding.Number != number)))
            failures += Fail($"the walk is blind: password {number}, kept on purpose, is not {place}");
        foreach (var finding in findings.Where(finding => finding.Number is not { } number || !Kept.Contains(number)))
            failures += Fail($"{place}: {play.Describe(finding.Number)}: {finding.Text}");
        return failures;
    }

    static int Fail(string what)
    {
        Console.WriteLine($"FAILED: {what}");
        return 1;
    }
}
