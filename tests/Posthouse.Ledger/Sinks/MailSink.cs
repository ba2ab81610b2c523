using System.Net;
using System.Net.Sockets;
using System.Text;
using Posthouse.Ledger.Books;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Sinks;

/// <summary>What a host takes.</summary>
enum SinkKind
{
    /// <summary>Mail, by LMTP.</summary>
    Lmtp,

    /// <summary>Mail, by SMTP.</summary>
    Smtp,

    /// <summary>What senders are told, by SMTP.</summary>
    Reports,
}

/// <summary>
/// A host that has each message in its ledger before it says 250. Some mailboxes are not there, ever; other recipients and messages it refuses at random,
/// for now or for good.
/// </summary>
sealed class MailSink : IDisposable
{
    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly CancellationTokenSource _stop = new();
    readonly Book _book;
    readonly SinkKind _kind;
    int _count;

    internal MailSink(Book book, SinkKind kind)
    {
        (_book, _kind) = (book, kind);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = Task.Run(AcceptAsync);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How many of a hundred, messages in SMTP and recipients in LMTP, are told 451 behind the dot; and half as many recipients at RCPT.</summary>
    internal volatile int Refusing;

    /// <summary>How many of a hundred are told 554 behind the dot, and as many recipients 550 at RCPT. Never of reports.</summary>
    internal volatile int Denying;

    /// <summary>How many messages of a thousand lose their connection between ledger and 250.</summary>
    internal volatile int Losing;

    /// <summary>How many messages of a hundred wait for their 250 beyond any drain; whoever does not wait for it has a copy that nobody told it of.</summary>
    internal volatile int Stalling;

    /// <summary>Longer than a gateway drains.</summary>
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(8);

    bool IsLmtp => _kind == SinkKind.Lmtp;

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
                        await NameAsync(socket, line[(line.IndexOf('<') + 1)..line.IndexOf('>')], recipients);
                        break;
                    case "DATA" when recipients.Count == 0:
                        await SayAsync(socket, "503 5.5.1 no recipient was taken");
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

    async Task NameAsync(LineSocket socket, string recipient, List<string> recipients)
    {
        var refusal = IsGone(recipient) ? "550 5.1.1 no such user" : Happens(Denying) ? "550 5.7.1 not from you" : Happens(Refusing / 2) ? "451 4.2.1 not now" : null;
        if (refusal is null)
            recipients.Add(recipient);
        await SayAsync(socket, refusal ?? "250 2.1.5 ok");
    }

    // False: the connection is to be lost.
    async Task<bool> TakeAsync(LineSocket socket, List<string> recipients)
    {
        TakenMail mail = _kind == SinkKind.Reports ? new TakenReport() : new TakenLetter();
        while (true)
        {
            var line = await socket.ReadLineAsync(_stop.Token);
            if (line.Span.SequenceEqual(".\r\n"u8))
                break;
            mail.Take(line.Span[0] == (byte)'.' ? line.Span[1..] : line.Span);
        }
        // Lost before the first reply, or in LMTP behind some of them.
        var told = Random.Shared.Next(1000) < Losing ? Random.Shared.Next(IsLmtp ? recipients.Count : 1) : recipients.Count;
        var (forAll, stalls) = (Word(), Happens(Stalling));
        string[] words = [.. recipients.Select(_ => IsLmtp ? Word() : forAll)];
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i][0] == '2')
                Note(mail, recipients[i], isSaid: i < told && !stalls);
        }
        if (stalls)
            await Task.Delay(Stall, _stop.Token);
        for (var i = 0; i < (IsLmtp ? told : Math.Min(told, 1)); i++)
            await SayAsync(socket, words[i]);
        return told == recipients.Count;
    }

    void Note(TakenMail mail, string recipient, bool isSaid)
    {
        foreach (var (kind, words) in mail.For(recipient))
        {
            _book.Write(kind, words);
            if (!isSaid)
                _book.Write("UNSAID", words[0], words[1]);
        }
        Interlocked.Increment(ref _count);
    }

    string Word() => Happens(Refusing) ? "451 4.3.0 not now" : Happens(Denying) ? "554 5.6.0 never" : "250 2.0.0 taken";

    /// <summary>One mailbox in twenty.</summary>
    static bool IsGone(string recipient) => recipient.StartsWith("user", StringComparison.Ordinal) && recipient.AsSpan(4, recipient.IndexOf('@') - 4) is var number && int.Parse(number, null) % 20 is 7 or 14;

    static bool Happens(int percent) => Random.Shared.Next(100) < percent;

    async Task SayAsync(LineSocket socket, string line) => await socket.SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token);
}
