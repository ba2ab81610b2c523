using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Ledger.Books;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Sinks;

/// <summary>A host, SMTP or LMTP, that has each message in its ledger before it says 250.</summary>
sealed class MailSink : IDisposable
{
    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly CancellationTokenSource _stop = new();
    readonly Book _book;
    readonly bool _isLmtp;
    int _count;

    internal MailSink(Book book, bool isLmtp)
    {
        (_book, _isLmtp) = (book, isLmtp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = Task.Run(AcceptAsync);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How many messages of a hundred are told 451 behind their dot.</summary>
    internal volatile int Refusing;

    /// <summary>How many messages of a thousand lose their connection between ledger and 250.</summary>
    internal volatile int Losing;

    /// <summary>Messages taken, by recipient.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Waits until nothing of a gateway that is gone is left to read. What it had sent is taken, and put in the ledger, behind its death otherwise.
    /// </summary>
    internal async Task QuietAsync()
    {
        while (Connections.To(Port) > 0)
            await Task.Delay(1);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(socket));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that left before it was accepted, or the end.
            }
        }
    }

    async Task ServeAsync(Socket accepted)
    {
        using var socket = new LineSocket(accepted);
        List<string> recipients = [];
        try
        {
            await SayAsync(socket, "220 sink.example");
            while (true)
            {
                var line = Encoding.ASCII.GetString((await socket.ReadLineAsync(_stop.Token)).Span).TrimEnd();
                var verb = line.Split(' ', 2)[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO" or "LHLO":
                        await SayAsync(socket, "250-sink.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME");
                        break;
                    case "MAIL" or "RSET":
                        recipients.Clear();
                        await SayAsync(socket, "250 2.1.0 ok");
                        break;
                    case "RCPT":
                        recipients.Add(line[(line.IndexOf('<') + 1)..line.IndexOf('>')]);
                        await SayAsync(socket, "250 2.1.5 ok");
                        break;
                    case "DATA":
                        await SayAsync(socket, "354 go ahead");
                        if (!await TakeAsync(socket, recipients))
                            return;
                        recipients.Clear();
                        break;
                    case "QUIT":
                        await SayAsync(socket, "221 2.0.0 bye");
                        return;
                    default:
                        await SayAsync(socket, "250 2.0.0 ok");
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The gateway left, or was killed.
        }
    }

    // False: the connection is to be lost.
    async Task<bool> TakeAsync(LineSocket socket, List<string> recipients)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string? id = null;
        while (true)
        {
            var line = await socket.ReadLineAsync(_stop.Token);
            if (line.Span.SequenceEqual(".\r\n"u8))
                break;
            if (line.Span[0] == (byte)'.')
                line = line[1..];
            // What the gateway puts in front is not the client's.
            if (id is null && line.Span.StartsWith("X-Ledger: "u8))
                id = Encoding.ASCII.GetString(line.Span[Letter.Header.Length..]).TrimEnd();
            if (id is not null)
                hash.AppendData(line.Span);
        }
        if (Random.Shared.Next(100) < Refusing)
        {
            for (var i = _isLmtp ? recipients.Count : 1; i > 0; i--)
                await SayAsync(socket, "451 4.3.0 not now");
            return true;
        }
        var sha = Convert.ToHexStringLower(hash.GetHashAndReset());
        var loses = Random.Shared.Next(1000) < Losing;
        foreach (var recipient in recipients)
        {
            _book.Write("GOT", id ?? "none", recipient, sha);
            Interlocked.Increment(ref _count);
            if (loses)
                _book.Write("UNSAID", id ?? "none", recipient);
            else if (_isLmtp)
                await SayAsync(socket, "250 2.0.0 taken");
        }
        if (!loses && !_isLmtp)
            await SayAsync(socket, "250 2.0.0 taken");
        return !loses;
    }

    async Task SayAsync(LineSocket socket, string line) => await socket.SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token);
}
