using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;

namespace Posthouse.Bench;

/// <summary>
/// Clients, gateway and LMTP sink in one process: messages accepted and delivered per second, and the connections it took at the
/// remote. Load and sink share the gateway's processor, so the figures are for comparing one run with the next.
/// </summary>
static class GatewayScenario
{
    const int Requests = 50;

    public static async Task RunAsync(BenchArguments arguments)
    {
        bool withCutThrough = arguments.Number("cut-through", 0) != 0;
        int clients = arguments.Number("clients", 20);
        var load = new Load(
            arguments.Number("messages", 5000), clients, arguments.Number("size", 10240),
            // Half of the hop's connections are for mail that is cut through.
            arguments.Number("concurrency", withCutThrough ? 2 * clients : 10));
        Console.WriteLine("| delivery | messages | octets | clients | accepted/s | delivered/s | CPU ms per message (all three) | remote connections | bound |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int run = 0; run < arguments.Number("runs", 1); run++)
        {
            double queued = await MeasureAsync(load, "queued");
            if (withCutThrough)
                Console.WriteLine(FormattableString.Invariant($"\ncut-through delivers {await MeasureAsync(load, "cut-through") / queued:F2} times queued\n"));
        }
    }

    /// <summary>Messages delivered per second.</summary>
    static async Task<double> MeasureAsync(Load load, string delivery)
    {
        var (messages, clients, size, concurrency) = load;
        string folder = Directory.CreateTempSubdirectory("posthouse-bench-").FullName;
        try
        {
            await using var sink = new SandboxServer(new SandboxOptions
            {
                Protocol = SandboxProtocol.Lmtp,
                Accounts = new SandboxAccounts().AddUser("jane@example.org", "secret"),
            });
            sink.KeepBodies = false;
            await sink.StartAsync(CancellationToken.None);
            string file = Path.Combine(folder, "posthouse.toml");
            await File.WriteAllTextAsync(file, Configuration(folder, sink.Port, delivery, concurrency));
            await using GatewayServer gateway = await GatewayServer.StartAsync(file, new GatewayServices { Loggers = NullLoggerFactory.Instance }, CancellationToken.None);
            int port = gateway.Endpoints["smtp"][0].Port;

            await RunClientsAsync(port, clients, 200, size); // warm-up: the compiler, the pool, the caches
            await sink.Journal.WaitForMessagesAsync(200, CancellationToken.None);
            long before = sink.Journal.Connections;
            long start = Stopwatch.GetTimestamp();
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            await RunClientsAsync(port, clients, messages, size);
            TimeSpan accepted = Stopwatch.GetElapsedTime(start);
            await sink.Journal.WaitForMessagesAsync(200 + messages, CancellationToken.None);
            TimeSpan delivered = Stopwatch.GetElapsedTime(start);
            processor = Environment.CpuUsage.TotalTime - processor;

            Console.WriteLine(FormattableString.Invariant($"| {delivery} | {messages} | {size} | {clients} | {messages / accepted.TotalSeconds:F0} | {messages / delivered.TotalSeconds:F0} | {processor.TotalMilliseconds / messages:F2} | {sink.Journal.Connections - before} | {concurrency + messages / Requests} |"));
            await gateway.StopAsync(CancellationToken.None);
            return messages / delivered.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Task RunClientsAsync(int port, int clients, int messages, int size) => Task.WhenAll(Enumerable.Range(0, clients).Select(async i =>
    {
        int share = messages / clients + (i < messages % clients ? 1 : 0);
        using var load = new SmtpLoad(port, Message(size));
        await load.OpenAsync();
        await load.SendAsync(share);
    }));

    static byte[] Message(int size)
    {
        var text = new StringBuilder("Subject: bench\r\n\r\n", size + 80);
        while (text.Length < size)
            text.Append("A line of text of some seventy characters, as a mail body usually has.\r\n");
        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }

    static string Configuration(string folder, int sink, string delivery, int concurrency) => $"""
        [server]
        hostname = "bench.test"
        [server.listener."smtp"]
        bind = ["127.0.0.1:0"]
        protocol = "smtp"
        [server.tls]
        enable = false
        [session]
        transfer-limit = 100000000000
        [session.rcpt]
        relay = true
        [session.rcpt.lookup]
        addresses = "remote/sink"
        [session.data.limits]
        messages = 1000000
        [queue]
        path = "{folder}/queue"
        delivery = "{delivery}"
        [queue.outbound]
        next-hop = "sink"
        [remote."sink"]
        address = "127.0.0.1"
        port = {sink}
        protocol = "lmtp"
        concurrency = {concurrency}
        lookup = true
        [remote."sink".tls]
        implicit = false
        starttls = "disable"
        [remote."sink".limits]
        requests = {Requests}
        """;

    sealed record Load(int Messages, int Clients, int Size, int Concurrency);
}
