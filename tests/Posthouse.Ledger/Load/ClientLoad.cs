using System.Globalization;
using System.Net.Sockets;
using Posthouse.Ledger.Books;

namespace Posthouse.Ledger.Load;

/// <summary>Clients that send without end, and come back whenever the gateway does.</summary>
sealed class ClientLoad : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    readonly CancellationTokenSource _stop = new();
    readonly Task _clients;
    readonly int _port;
    readonly Book _book;
    readonly string _run;
    readonly int _largest;
    int _count;
    int _refusals;

    /// <param name="port">The gateway's.</param>
    /// <param name="book">The clients' ledger.</param>
    /// <param name="run">What ids begin with.</param>
    /// <param name="clients">How many at once.</param>
    /// <param name="largest">Octets.</param>
    internal ClientLoad(int port, Book book, string run, int clients, int largest = 5_000_000)
    {
        (_port, _book, _run, _largest) = (port, book, run, largest);
        _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(i => Task.Run(() => RunAsync(new Random(HashCode.Combine(run, i))))));
    }

    /// <summary>Messages begun so far.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Messages refused so far, at MAIL or after the dot.</summary>
    internal int Refusals => Volatile.Read(ref _refusals);

    /// <summary>Lets each client end what it does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _clients;
        _stop.Dispose();
    }

    async Task RunAsync(Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                using var client = await Client.ConnectAsync(_port, _book, patience.Token);
                for (var i = random.Next(1, 10); i > 0 && !_stop.IsCancellationRequested; i--)
                {
                    var id = string.Create(CultureInfo.InvariantCulture, $"{_run}-{Interlocked.Increment(ref _count)}");
                    var letter = Letter.Make(id, random, _largest);
                    if (await client.SendAsync(letter, random.Next(5) == 0, random.Next(15) == 0, patience.Token))
                        continue;
                    Interlocked.Increment(ref _refusals);
                    await Task.Delay(50, CancellationToken.None);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }
}
