using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Posthouse.Demo;

/// <summary>A mail client on a real socket: says one line, reads one reply, and writes both into the dialogue.</summary>
sealed class DemoClient : IAsyncDisposable
{
    const string Masked = "********";

    readonly Dialogue _dialogue;
    readonly X509Certificate2 _expected;
    Stream _stream;
    ReplyLines _replies;

    DemoClient(Stream stream, X509Certificate2 expected, Dialogue dialogue)
    {
        _stream = stream;
        _expected = expected;
        _dialogue = dialogue;
        _replies = new ReplyLines(stream);
    }

    /// <summary>Connects in clear and reads the greeting.</summary>
    public static async Task<DemoClient> ConnectAsync(IPEndPoint gateway, X509Certificate2 expected, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var client = await DialAsync(gateway, expected, dialogue, cancellationToken);
        await client.ReadAsync(cancellationToken);
        return client;
    }

    /// <summary>Connects with TLS from the first octet and says EHLO; the dialogue holds only a note of it.</summary>
    public static async Task<DemoClient> ConnectWithTlsAsync(IPEndPoint gateway, X509Certificate2 expected, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var client = await DialAsync(gateway, expected, dialogue, cancellationToken);
        await client.HandshakeAsync(cancellationToken);
        await client._replies.ReadAsync(cancellationToken);
        await client.WriteAsync("EHLO client.example.com\r\n"u8.ToArray(), cancellationToken);
        await client._replies.ReadAsync(cancellationToken);
        dialogue.Add(Speaker.Note, $"a new connection to {gateway}, with TLS; EHLO");
        return client;
    }

    /// <param name="line">Without its CRLF.</param>
    /// <param name="shown">In place of the line, where it holds a secret.</param>
    public async Task<DemoReply> SendAsync(string line, CancellationToken cancellationToken, string? shown = null)
    {
        _dialogue.Add(Speaker.Client, shown ?? line);
        await WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        var reply = await SendAsync("STARTTLS", cancellationToken);
        if (!reply.Begins('2') || _replies.HasMore)
            throw new InvalidDataException("the gateway did not go on to TLS");
        await HandshakeAsync(cancellationToken);
        _dialogue.Add(Speaker.Note, $"TLS is on: {((SslStream)_stream).SslProtocol}");
    }

    public Task<DemoReply> AuthPlainAsync(DemoAccount account, CancellationToken cancellationToken) => SendAsync(
        $"AUTH PLAIN {Base64($"\0{account.Name}\0{account.Secret}")}", cancellationToken, $"AUTH PLAIN {Masked}   ({account.Name})");

    public async Task<DemoReply> AuthLoginAsync(DemoAccount account, CancellationToken cancellationToken)
    {
        var reply = await SendAsync("AUTH LOGIN", cancellationToken);
        if (reply.Begins('3'))
            reply = await SendAsync(Base64(account.Name), cancellationToken, $"{Base64(account.Name)}   ({account.Name})");
        return reply.Begins('3') ? await SendAsync(Base64(account.Secret), cancellationToken, Masked) : reply;
    }

    /// <summary>DATA and the message (CRLF lines, the last one ended), with dots doubled.</summary>
    public async Task<DemoReply> SendMessageAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var reply = await SendAsync("DATA", cancellationToken);
        if (!reply.Begins('3'))
            return reply;
        _dialogue.Add(Speaker.Client, $"({message.Length} octets, then a lone dot)");
        await WriteAsync(Stuff(message.Span), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Without QUIT: a client that is gone is the gateway's everyday life, and its last step is already over.
        await _stream.DisposeAsync();
    }

    static async Task<DemoClient> DialAsync(IPEndPoint gateway, X509Certificate2 expected, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var socket = new Socket(gateway.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(gateway, cancellationToken);
            return new DemoClient(new NetworkStream(socket, ownsSocket: true), expected, dialogue);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static byte[] Stuff(ReadOnlySpan<byte> message)
    {
        var stuffed = new List<byte>(message.Length + 64);
        var atLineStart = true;
        foreach (var octet in message)
        {
            if (atLineStart && octet == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(octet);
            atLineStart = octet == '\n';
        }

        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }

    async Task HandshakeAsync(CancellationToken cancellationToken)
    {
        // The demo made this certificate a moment ago, so it knows exactly which one to expect.
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(_expected.RawDataMemory.Span));
        _stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = DemoCertificate.HostName }, cancellationToken);
        _replies = new ReplyLines(tls);
    }

    async Task WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(octets, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    async Task<DemoReply> ReadAsync(CancellationToken cancellationToken)
    {
        var reply = await _replies.ReadAsync(cancellationToken);
        foreach (var line in reply.Lines)
            _dialogue.Add(Speaker.Gateway, line);
        return reply;
    }
}
