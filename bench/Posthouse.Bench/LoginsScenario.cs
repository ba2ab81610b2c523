using System.Diagnostics;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Bench;

/// <summary>
/// Cold logins over implicit TLS, each user new, with connections kept ready and without. The host keeps no connection after a login, as most do
/// not: each takes a connect, a handshake and a greeting, which warm connections have behind them when the user comes.
/// </summary>
static class LoginsScenario
{
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(BenchArguments arguments)
    {
        int runs = arguments.Number("runs", 5), milliseconds = arguments.Number("ms", 1000), warm = arguments.Number("warm", 20);
        var logins = BenchAccounts.Logins(arguments.Number("users", 20_000));
        var accounts = BenchAccounts.Make(logins.Length);

        Console.WriteLine($"| protocol | round trip | askers | limits.warm | logins/s | p50 ms | p99 ms | CPU ms per login (both sides) | round trips a login waits for |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var protocol in (RemoteProtocol[])[RemoteProtocol.Imap, RemoteProtocol.Smtp])
        {
            await using var sandbox = new SandboxServer(new SandboxOptions
            {
                Protocol = protocol == RemoteProtocol.Imap ? SandboxProtocol.Imap : SandboxProtocol.Smtp,
                Tls = SandboxTls.Implicit,
                Accounts = accounts,
            });
            sandbox.Journal.Capacity = 0;
            await sandbox.StartAsync();
            foreach (var roundTrip in (int[])[0, 5])
            {
                using var relay = new DelayingRelay(sandbox.Port, TimeSpan.FromMilliseconds(roundTrip));
                foreach (var askers in (int[])[1, 8])
                {
                    foreach (var ready in (int[])[0, warm])
                    {
                        var port = roundTrip > 0 ? relay.Port : sandbox.Port;
                        var row = await MeasureAsync(() => Host(protocol, port, 50, ready), logins, askers, runs, milliseconds);
                        var turns = roundTrip > 0 ? $"{await TurnsAsync(relay, protocol, logins[^1], ready > 0)}" : "";
                        Console.WriteLine($"| {(protocol == RemoteProtocol.Imap ? "IMAP" : "SMTP")} | {roundTrip} ms | {askers} | {ready} | {row} | {turns} |");
                    }
                }
            }
        }
        Console.WriteLine($"\nThe relay's round trip of 5 ms, measured (ms): {(await RoundTrip.MeasureAsync(TimeSpan.FromMilliseconds(5))).Text("F2")}");
    }

    static RemoteHost Host(RemoteProtocol protocol, int port, int concurrency, int warm) => new(new RemoteHostOptions
    {
        Id = "bench",
        Address = "127.0.0.1",
        Port = port,
        Protocol = protocol,
        Lookup = true,
        Concurrency = concurrency,
        Limits = new RemoteLimits { Warm = warm },
        // The sandbox signs its own; the chain is built all the same.
        Tls = new RemoteTlsOptions { AllowInvalidCerts = true },
    });

    static async Task<string> MeasureAsync(Func<RemoteHost> make, Credentials[] logins, int askers, int runs, int milliseconds)
    {
        var (rate, median, slow, processor) = (new Spread(), new Spread(), new Spread(), new Spread());
        for (var run = -1; run < runs; run++)
        {
            await using var host = make();
            await ReadyAsync(host);
            var next = -1;
            var cpu = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var times = (await Task.WhenAll(Enumerable.Range(0, askers).Select(_ => Task.Run(async () =>
            {
                var mine = new List<double>();
                while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds && Interlocked.Increment(ref next) is var i && i < logins.Length)
                {
                    var asked = Stopwatch.GetTimestamp();
                    await LogInAsync(host, logins[i]);
                    mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }
                return mine;
            })))).SelectMany(mine => mine).Order().ToArray();
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            // The first warms up the compiler.
            if (run < 0)
                continue;
            rate.Add(times.Length / seconds);
            median.Add(times[times.Length / 2]);
            slow.Add(times[times.Length * 99 / 100]);
            processor.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / times.Length);
        }
        return $"{rate.Text("F0")} | {median.Text("F2")} | {slow.Text("F2")} | {processor.Text("F2")}";
    }

    /// <summary>
    /// One login on a host with room for one connection, so that no other is made meanwhile: how often our side spoke after the host had, until the
    /// answer was there, and one more for the connect.
    /// </summary>
    static async Task<long> TurnsAsync(DelayingRelay relay, RemoteProtocol protocol, Credentials login, bool isWarm)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        await using var host = Host(protocol, relay.Port, 1, isWarm ? 1 : 0);
        await ReadyAsync(host);
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        var before = relay.Turns;
        await LogInAsync(host, login);
        // A new connection also waits for its connect, and for the answer to its first words, which answer nobody.
        return relay.Turns - before + (isWarm ? 0 : 2);
    }

    static async Task ReadyAsync(RemoteHost host)
    {
        var start = Stopwatch.GetTimestamp();
        while (host.Snapshot().Idle < host.Options.Limits.Warm)
        {
            if (Stopwatch.GetElapsedTime(start) > Quiet)
                throw new InvalidOperationException("the connections did not come");
            await Task.Delay(5);
        }
    }

    static async Task LogInAsync(RemoteHost host, Credentials login)
    {
        var answer = await host.AuthenticateAsync(login, CancellationToken.None);
        if (answer is not { Kind: AnswerKind.Yes, Source: AnswerSource.Host })
            throw new InvalidOperationException($"{login}: {answer.Kind} from {answer.Source}: {answer.Reason}");
    }
}
