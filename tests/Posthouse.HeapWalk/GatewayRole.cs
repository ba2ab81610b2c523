using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;

namespace Posthouse.HeapWalk;

/// <summary>
/// The process that is looked into: a gateway, and some passwords that it keeps on purpose, one in each kind of place where a leak could
/// be, so that a walk that cannot see such a place is noticed.
/// </summary>
static class GatewayRole
{
    public const int KeptInStatic = 9001;
    public const int KeptInThreadStatic = 9002;
    public const int KeptInPool = 9003;
    public const int KeptOnStack = 9004;
    public const int KeptAsText = 9005;
    public const int KeptInBase64 = 9006;

    static byte[]? s_kept;
    static string? s_keptText;
    static byte[]? s_keptBase64;

    [ThreadStatic]
    static byte[]? t_kept;

    public static async Task<int> RunAsync(string configuration, byte[] marker)
    {
        // A thread that sleeps holds what it keeps; those of the pool may end.
        var isKept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Sleep(marker, isKept)) { IsBackground = true }.Start();
        await isKept.Task;
        Keep(marker);
        CryptographicOperations.ZeroMemory(marker);

        await using var gateway = await GatewayServer.StartAsync(configuration, new GatewayServices { Loggers = NullLoggerFactory.Instance }, CancellationToken.None);
        foreach (var (listener, endpoints) in gateway.Endpoints)
            Console.WriteLine($"{listener} {endpoints[0].Port}");
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } command)
        {
            if (command == "collect")
            {
                for (var i = 0; i < 2; i++)
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                    GC.WaitForPendingFinalizers();
                }
            }
            Console.WriteLine("done");
        }
        GC.KeepAlive(s_kept);
        GC.KeepAlive(s_keptText);
        GC.KeepAlive(s_keptBase64);
        return 0;
    }

    static void Keep(byte[] marker)
    {
        s_kept = Canary.Password(marker, KeptInStatic);
        s_keptText = Encoding.ASCII.GetString(Canary.Password(marker, KeptAsText));
        s_keptBase64 = Encoding.ASCII.GetBytes(Convert.ToBase64String([0, .. "u"u8, 0, .. Canary.Password(marker, KeptInBase64)]));
        var rented = ArrayPool<byte>.Shared.Rent(100_000);
        Canary.Password(marker, KeptInPool).CopyTo(rented, 77);
        ArrayPool<byte>.Shared.Return(rented);
    }

    static void Sleep(byte[] marker, TaskCompletionSource isKept)
    {
        t_kept = Canary.Password(marker, KeptInThreadStatic);
        var local = Canary.Password(marker, KeptOnStack);
        isKept.SetResult();
        Thread.Sleep(Timeout.Infinite);
        GC.KeepAlive(local);
        GC.KeepAlive(t_kept);
    }
}
