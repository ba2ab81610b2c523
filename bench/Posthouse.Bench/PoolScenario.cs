using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Bench;

/// <summary>Rent and return of the pool alone: the connections are there and nothing is said on them.</summary>
static class PoolScenario
{
    public static async Task RunAsync(BenchArguments arguments)
    {
        int runs = arguments.Number("runs", 7), rents = arguments.Number("rents", 200_000);
        Console.WriteLine("| tasks | connections | ns per rent and return | B allocated |");
        Console.WriteLine("| --- | --- | --- | --- |");
        await RowAsync(1, 1);
        await RowAsync(1, 10);
        await RowAsync(20, 10);

        async Task RowAsync(int tasks, int connections)
        {
            var (pool, time, bytes) = (Pool(connections), new Spread(), new Spread());
            for (var run = -1; run < runs; run++)
            {
                var allocated = GC.GetTotalAllocatedBytes(precise: true);
                var start = Stopwatch.GetTimestamp();
                await Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => Task.Run(() => RentAsync(pool, rents / tasks))));
                // The first warms up the compiler.
                if (run < 0)
                    continue;
                time.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / rents);
                bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / rents);
            }
            Console.WriteLine($"| {tasks} | {connections} | {time.Text("F0")} | {bytes.Text("F0")} |");
            await pool.DisposeAsync();
        }
    }

    static async Task RentAsync(ConnectionPool<SilentConnection> pool, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var lease = await pool.RentAsync(Errand.Check, TimeSpan.FromSeconds(60), CancellationToken.None);
            // So that others come while it is out.
            await Task.Yield();
        }
    }

    static ConnectionPool<SilentConnection> Pool(int connections)
    {
        var options = new RemoteHostOptions { Id = "bench", Address = "127.0.0.1", Protocol = RemoteProtocol.Smtp, Concurrency = connections };
        var services = new PoolServices(TimeProvider.System, NullLogger.Instance, new ConnectionSlots(),
            new Breaker(options, TimeProvider.System, NullLogger.Instance), new HostMetrics("bench", RemoteMetrics.Of(null)));
        return new ConnectionPool<SilentConnection>(options, (kind, _, _, _) => Task.FromResult(new SilentConnection(options, kind)), services);
    }

    sealed class SilentConnection(RemoteHostOptions options, ConnectionKind kind)
        : HostConnection(new DialledLine(new SilentStream(), IsLocal: true, new Attempt(options, options.Address[0], options.Timeout, TimeProvider.System)), options, kind, TimeProvider.System)
    {
        protected override Task SayFarewellAsync() => Task.CompletedTask;
    }

    /// <summary>Nothing ever comes.</summary>
    sealed class SilentStream : Stream
    {
        readonly TaskCompletionSource<int> _never = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _never.TrySetResult(0);
            base.Dispose(disposing);
        }
    }
}
