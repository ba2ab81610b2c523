using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

/// <summary>A client of raw octets: what it sends and expects is what a test writes, in Latin-1.</summary>
sealed class Dialogue : IAsyncDisposable
{
    readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    Stream _stream = Stream.Null;

    Dialogue() => _deadline.CancelAfter(TimeSpan.FromSeconds(20));

    public static async Task<Dialogue> OpenAsync(SandboxServer server, bool tls = false)
    {
        var dialogue = new Dialogue();
        await dialogue._socket.ConnectAsync(IPAddress.Loopback, server.Port, dialogue._deadline.Token);
        dialogue._stream = new NetworkStream(dialogue._socket, ownsSocket: true);
        if (tls)
            await dialogue.StartTlsAsync(server.Certificate);
        return dialogue;
    }

    /// <summary>Verifies the certificate as a client does that trusts it as its own authority.</summary>
    public async Task StartTlsAsync(X509Certificate2 authority)
    {
        var tls = new SslStream(_stream);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "sandbox.test", CertificateChainPolicy = policy }, _deadline.Token);
        _stream = tls;
    }

    public async Task SendAsync(string text)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), _deadline.Token);
        await _stream.FlushAsync(_deadline.Token);
    }

    /// <summary>One line without CRLF, or null at the end; a reset is an end as well.</summary>
    public async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        var octet = new byte[1];
        while (true)
        {
            try
            {
                if (await _stream.ReadAsync(octet, _deadline.Token) == 0)
                    return line.Length == 0 ? null : line.ToString();
            }
            catch (IOException)
            {
                return line.Length == 0 ? null : line.ToString();
            }
            line.Append((char)octet[0]);
            if (line.Length > 1 && line[^2] == '\r' && line[^1] == '\n')
                return line.ToString(0, line.Length - 2);
        }
    }

    public async Task ExpectAsync(params string[] lines)
    {
        foreach (var line in lines)
            Assert.Equal(line, await LineAsync());
    }

    public async Task AskAsync(string command, params string[] replies)
    {
        await SendAsync(command + "\r\n");
        await ExpectAsync(replies);
    }

    /// <summary>Sends, and reads an SMTP reply of several lines.</summary>
    public async Task<IReadOnlyList<string>> ReplyAsync(string command)
    {
        await SendAsync(command + "\r\n");
        var lines = new List<string>();
        do
            lines.Add(await LineAsync() ?? throw new IOException("The server hung up."));
        while (lines[^1] is [_, _, _, '-', ..]);
        return lines;
    }

    /// <summary>Sends, and reads lines up to the tagged one.</summary>
    public async Task<IReadOnlyList<string>> ResponseAsync(string tag, string command)
    {
        await SendAsync($"{tag} {command}\r\n");
        var lines = new List<string>();
        do
            lines.Add(await LineAsync() ?? throw new IOException("The server hung up."));
        while (!lines[^1].StartsWith(tag + " ", StringComparison.Ordinal));
        return lines;
    }

    public async Task ExpectEndAsync() => Assert.Null(await LineAsync());

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
        _deadline.Dispose();
    }
}
