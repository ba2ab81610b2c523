using System.Diagnostics;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;

namespace Posthouse.Bench;

/// <summary>
/// Cold recipient checks per second, each address new: gathered into batches, to a host that does not pipeline, and one at a time on each
/// connection of one that does. Client and host share this process, so rates are for comparing the rows.
/// </summary>
static class ChecksScenario
{
    public static async Task RunAsync(BenchArguments arguments)
    {
        int runs = arguments.Number("runs", 5), milliseconds = arguments.Number("ms", 1000), tasks = arguments.Number("tasks", 200);
        var mailboxes = BenchAccounts.Mailboxes("user", arguments.Number("addresses", 200_000));
        var accounts = BenchAccounts.Make(mailboxes.Length);
        await using var pipelining = await StartAsync(accounts, pipelining: true);
        await using var plain = await StartAsync(accounts, pipelining: false);

        Console.WriteLine("| round trip | connections | way | checks/s | to one by one | CPU µs per check (both sides) | allocated B per check (both sides) |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var roundTrip in (int[])[.. new[] { 0, 5 }.Where(each => arguments.Number("rtt", each) == each)])
        {
            foreach (var connections in (int[])[.. new[] { 1, 10 }.Where(each => arguments.Number("conns", each) == each)])
            {
                var byOne = await RowAsync("one by one", pipelining, connections, connections, double.NaN);
                await RowAsync("no PIPELINING", plain, connections, tasks, byOne);
                await RowAsync("batched", pipelining, connections, tasks, byOne);
            }

            async Task<double> RowAsync(string way, SandboxServer sandbox, int connections, int askers, double byOne)
            {
                using var relay = roundTrip > 0 ? new DelayingRelay(sandbox.Port, TimeSpan.FromMilliseconds(roundTrip)) : null;
                var (rate, processor, allocated) = (new Spread(), new Spread(), new Spread());
                for (var run = -1; run < runs; run++)
                {
                    await using var host = Host(relay?.Port ?? sandbox.Port, connections);
                    await host.VerifyRecipientAsync(mailboxes[^1], CancellationToken.None);
                    var (checks, seconds, cpu, bytes) = await MeasureAsync(host, mailboxes, askers, TimeSpan.FromMilliseconds(milliseconds));
                    // The first warms up the compiler.
                    if (run < 0)
                        continue;
                    rate.Add(checks / seconds);
                    processor.Add(cpu.TotalMicroseconds / checks);
                    allocated.Add((double)bytes / checks);
                }
                var ratio = double.IsNaN(byOne) ? "1" : FormattableString.Invariant($"{rate.Median / byOne:F1}");
                Console.WriteLine($"| {roundTrip} ms | {connections} | {way} | {rate.Text("F0")} | {ratio} | {processor.Text("F1")} | {allocated.Text("F0")} |");
                return rate.Median;
            }
        }
        Console.WriteLine($"\nThe relay's round trip of 5 ms, measured (ms): {(await RoundTrip.MeasureAsync(TimeSpan.FromMilliseconds(5))).Text("F2")}");
    }

    static async Task<SandboxServer> StartAsync(SandboxAccounts accounts, bool pipelining)
    {
        var sandbox = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = accounts, Pipelining = pipelining });
        sandbox.Journal.Capacity = 0;
        await sandbox.StartAsync();
        return sandbox;
    }

    static RemoteHost Host(int port, int connections) => new(new RemoteHostOptions
    {
        Id = "bench",
        Address = "127.0.0.1",
        Port = port,
        Protocol = RemoteProtocol.Lmtp,
        Lookup = true,
        Concurrency = connections,
        Limits = new RemoteLimits { Requests = 1_000_000 },
        Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
    });

    static async Task<(int Checks, double Seconds, TimeSpan Cpu, long Bytes)> MeasureAsync(RemoteHost host, Mailbox[] mailboxes, int askers, TimeSpan time)
    {
        var next = -1;
        var checks = 0;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, askers).Select(_ => Task.Run(async () =>
        {
            // The last address has been asked to open a connection.
            while (Stopwatch.GetElapsedTime(start) < time && Interlocked.Increment(ref next) is var i && i < mailboxes.Length - 1)
            {
                var answer = await host.VerifyRecipientAsync(mailboxes[i], CancellationToken.None);
                if (answer is not { Kind: AnswerKind.Yes, Source: AnswerSource.Host })
                    throw new InvalidOperationException($"{mailboxes[i]}: {answer.Kind} from {answer.Source}: {answer.Reason}");
                Interlocked.Increment(ref checks);
            }
        })));
        return (checks, Stopwatch.GetElapsedTime(start).TotalSeconds, Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }
}
