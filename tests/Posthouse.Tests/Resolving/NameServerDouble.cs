using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Posthouse.Gateway.Model;

namespace Posthouse.Tests.Resolving;

/// <summary>A name server that says what a test tells it, by TCP, by UDP or both, and counts what it was asked by each.</summary>
sealed class NameServerDouble : IAsyncDisposable
{
    /// <summary>Our question's place in the answer (RFC 1035 section 4.1.4).</summary>
    static readonly byte[] SameName = [0xC0, 0x0C];

    readonly TcpListener _tcp;
    readonly UdpClient _udp;
    readonly CancellationTokenSource _stop = new();
    readonly List<Task> _running = [];

    internal NameServerDouble(bool hasTcp = true)
    {
        (_tcp, _udp) = Bind(hasTcp);
        if (hasTcp)
            _running.Add(ServeTcpAsync());
        _running.Add(ServeUdpAsync());
    }

    internal int ByTcp;

    internal int ByUdp;

    /// <summary>The header's second half-word: an answer of a recursive server, or with a response code.</summary>
    internal ushort Flags { get; set; } = 0x8180;

    internal byte[][] Answers { get; set; } = [];

    internal byte[][] Authorities { get; set; } = [];

    internal ResolverModel Model => new([IPAddress.Loopback], ((IPEndPoint)_udp.Client.LocalEndPoint!).Port);

    internal static byte[] Mx(int preference, string host, int ttl = 60) => Record(15, ttl, [(byte)(preference >> 8), (byte)preference, .. Name(host)]);

    internal static byte[] Address(string address, int ttl = 60) => Record(1, ttl, IPAddress.Parse(address).GetAddressBytes());

    internal static byte[] Soa(int ttl, int minimum) => Record(6, ttl, [.. Name("ns"), .. Name("hostmaster"), .. new byte[16], .. Number(minimum)]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _tcp.Dispose();
        _udp.Dispose();
        foreach (var task in _running)
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    static (TcpListener, UdpClient) Bind(bool hasTcp)
    {
        for (var tries = 0; ; tries++)
        {
            var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                if (hasTcp)
                    tcp.Start();
                return (tcp, udp);
            }
            // The port that UDP has free need not be free for TCP.
            catch (SocketException) when (tries < 50)
            {
                tcp.Dispose();
                udp.Dispose();
            }
        }
    }

    /// <summary>Closes each connection after one answer, as some do.</summary>
    async Task ServeTcpAsync()
    {
        while (true)
        {
            using var client = await _tcp.AcceptSocketAsync(_stop.Token);
            await using var stream = new NetworkStream(client);
            var length = new byte[2];
            if (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false, _stop.Token) < 2)
                continue;
            var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(question, _stop.Token);
            Interlocked.Increment(ref ByTcp);
            var answer = Answer(question);
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
            await stream.WriteAsync((byte[])[.. length, .. answer], _stop.Token);
        }
    }

    async Task ServeUdpAsync()
    {
        while (true)
        {
            var asked = await _udp.ReceiveAsync(_stop.Token);
            Interlocked.Increment(ref ByUdp);
            await _udp.SendAsync(Answer(asked.Buffer), asked.RemoteEndPoint, _stop.Token);
        }
    }

    byte[] Answer(byte[] question)
    {
        var end = Array.IndexOf(question, (byte)0, 12) + 5;
        return
        [
            .. question[..2], (byte)(Flags >> 8), (byte)Flags, 0, 1, 0, (byte)Answers.Length, 0, (byte)Authorities.Length, 0, 0,
            .. question[12..end], .. Answers.SelectMany(record => record), .. Authorities.SelectMany(record => record),
        ];
    }

    static byte[] Record(int type, int ttl, byte[] data) =>
        [.. SameName, 0, (byte)type, 0, 1, .. Number(ttl), (byte)(data.Length >> 8), (byte)data.Length, .. data];

    static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]), 0];
}
