using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Posthouse.Integration.Clients;

/// <summary>
/// A client that says exactly what it is told to, byte for byte, and shares no code with the gateway: what swaks cannot
/// say, and bodies that must not be mended on the way.
/// </summary>
sealed class SmtpClientDialogue : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly TcpClient _client = new() { NoDelay = true };
    Stream _stream = Stream.Null;
    readonly List<byte> _read = [];
    readonly byte[] _buffer = new byte[4096];

    SmtpClientDialogue()
    {
    }

    public SmtpReply Greeting { get; private set; } = new(0, []);

    public static async Task<SmtpClientDialogue> ConnectAsync(int port)
    {
        var dialogue = new SmtpClientDialogue();
        await dialogue._client.ConnectAsync("127.0.0.1", port);
        dialogue._stream = dialogue._client.GetStream();
        dialogue.Greeting = await dialogue.ReadReplyAsync();
        return dialogue;
    }

    /// <summary>A line, and the reply to it.</summary>
    public async Task<SmtpReply> SayAsync(string line)
    {
        await WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        return await ReadReplyAsync();
    }

    /// <summary>EHLO, STARTTLS and EHLO again; the last reply.</summary>
    public async Task<SmtpReply> StartTlsAsync()
    {
        await SayAsync("EHLO client.example.org");
        var ready = await SayAsync("STARTTLS");
        if (ready.Code != 220)
            return ready;
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
#pragma warning disable CA5359 // The gateway's certificate is self-signed here; who it is, is not the question.
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true });
#pragma warning restore CA5359
        _stream = tls;
        return await SayAsync("EHLO client.example.org");
    }

    public Task<SmtpReply> AuthPlainAsync(string user, string secret)
        => SayAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{secret}")));

    /// <summary>DATA with <paramref name="message"/>, dots stuffed; the reply to the final dot, or to DATA if it was refused.</summary>
    public async Task<SmtpReply> DataAsync(byte[] message)
    {
        var go = await SayAsync("DATA");
        if (go.Code != 354)
            return go;
        await WriteAsync(Stuffed(message));
        return await ReadReplyAsync();
    }

    /// <summary>MAIL, one RCPT and DATA; the last reply.</summary>
    public async Task<SmtpReply> SendAsync(string sender, string recipient, byte[] message, string mailParameters = "")
    {
        var mail = await SayAsync($"MAIL FROM:<{sender}>{mailParameters}");
        if (mail.Code != 250)
            return mail;
        var rcpt = await SayAsync($"RCPT TO:<{recipient}>");
        return rcpt.Code == 250 ? await DataAsync(message) : rcpt;
    }

    /// <summary>What comes without having been asked for, such as 421 at shutdown.</summary>
    public async Task<SmtpReply> ReadReplyAsync()
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync();
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length < 4 || line[3] != '-')
                return new SmtpReply(int.Parse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture), lines);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>Octets as they are.</summary>
    public async Task WriteAsync(byte[] bytes)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _stream.WriteAsync(bytes, deadline.Token);
    }

    async Task<string> ReadLineAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        int end;
        while ((end = _read.IndexOf((byte)'\n')) < 0)
        {
            var count = await _stream.ReadAsync(_buffer, deadline.Token);
            if (count == 0)
                throw new EndOfStreamException("The server closed the connection.");
            _read.AddRange(_buffer.AsSpan(0, count));
        }

        var line = Encoding.UTF8.GetString([.. _read.Take(end)]).TrimEnd('\r');
        _read.RemoveRange(0, end + 1);
        return line;
    }

    static byte[] Stuffed(byte[] message)
    {
        var stuffed = new List<byte>(message.Length + 64);
        var startsLine = true;
        foreach (var octet in message)
        {
            if (startsLine && octet == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(octet);
            startsLine = octet == '\n';
        }

        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }
}
