using System.Diagnostics;
using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Bench;

/// <summary>
/// What handing a message over costs by DATA and by BDAT, to the same sandbox in this process: each round has one run of either, one behind the
/// other, and the processor time is that of both sides.
/// </summary>
static class RelayScenario
{
    public static async Task RunAsync(BenchArguments arguments)
    {
        int runs = arguments.Number("runs", 9), octets = arguments.Number("octets", 40 << 20), most = arguments.Number("messages", 2000);
        var accounts = BenchAccounts.Make(1);
        var recipient = BenchAccounts.Mailboxes("user", 1)[0];
        await using var sandbox = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = accounts });
        sandbox.Journal.Capacity = 0;
        sandbox.KeepBodies = false;
        await sandbox.StartAsync();

        Console.WriteLine("| octets | by DATA: CPU µs a message | by BDAT | BDAT to DATA |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var size in (int[])[1 << 10, 10 << 10, 100 << 10, 1 << 20])
        {
            var body = MessageBody.FromMemory(Message(size));
            var times = Math.Clamp(octets / size, 20, most);
            var (data, chunks, ratio) = (new Spread(), new Spread(), new Spread());
            await using var byData = Host(sandbox.Port, chunking: false);
            await using var byChunks = Host(sandbox.Port, chunking: true);
            for (var run = -1; run < runs; run++)
            {
                var (one, other) = (await MeasureAsync(byData, body, recipient, times), await MeasureAsync(byChunks, body, recipient, times));
                // The first warms up the compiler.
                if (run < 0)
                    continue;
                data.Add(one);
                chunks.Add(other);
                ratio.Add(other / one);
            }
            Console.WriteLine($"| {size} | {data.Text("F0")} | {chunks.Text("F0")} | {ratio.Text("F2")} |");
        }
    }

    static async Task<double> MeasureAsync(RemoteHost host, IMessageBody body, Mailbox recipient, int times)
    {
        var request = new RelayRequest(new MailCommand { ReversePath = null }, [new RcptCommand { Mailbox = recipient }], body);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var i = 0; i < times; i++)
        {
            var outcome = (await host.RelayAsync(request, CancellationToken.None)).Outcomes[0];
            if (outcome.Disposition != Disposition.Delivered)
                throw new InvalidOperationException(outcome.Reply.ToString());
        }
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / times;
    }

    /// <summary>Lines of 78 octets, one in ten of which begins with a dot.</summary>
    static byte[] Message(int size)
    {
        var text = new StringBuilder("Subject: bench\r\n\r\n");
        for (var line = 0; text.Length < size - 78; line++)
            text.Append(line % 10 == 0 ? '.' : 'x').Append('y', 75).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    static RemoteHost Host(int port, bool chunking) => new(new RemoteHostOptions
    {
        Id = "bench",
        Address = "127.0.0.1",
        Port = port,
        Protocol = RemoteProtocol.Lmtp,
        Chunking = chunking,
        HelloName = "bench.example",
        Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
        Limits = new RemoteLimits { Requests = int.MaxValue, Age = TimeSpan.FromDays(1) },
    });
}
