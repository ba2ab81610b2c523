using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Posthouse.HeapWalk;

/// <summary>A client of the gateway on a real socket.</summary>
sealed class Client : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TcpClient _client = new() { NoDelay = true };
    Stream _stream = Stream.Null;

    /// <summary>Connected, inside TLS where the listener has it, and greeted.</summary>
    public static async Task<Client> ConnectAsync(string listener, int port)
    {
        var client = new Client();
        await client._client.ConnectAsync(IPAddress.Loopback, port);
        client._stream = client._client.GetStream();
        if (listener == "implicit")
            await client.SecureAsync();
        await client.ReplyAsync();
        if (listener == "starttls")
        {
            await client.SayAsync("EHLO client.example");
            await client.SayAsync("STARTTLS");
            await client.SecureAsync();
        }
        await client.SayAsync("EHLO client.example");
        return client;
    }

    /// <summary>Says a line and reads the reply to it.</summary>
    public async Task<string> SayAsync(string line)
    {
        await SendAsync($"{line}\r\n");
        return await ReplyAsync();
    }

    public async Task SendAsync(string text)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        await _stream.FlushAsync();
    }

    public async Task<string> ReplyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = new StringBuilder();
        var octet = new byte[1];
        while (await _stream.ReadAsync(octet, patience.Token) == 1)
        {
            line.Append((char)octet[0]);
            if (octet[0] != '\n')
                continue;
            if (line[3] != '-')
                return line.ToString().TrimEnd();
            line.Clear();
        }
        return "closed";
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    [SuppressMessage("Security", "CA5359", Justification = "The gateway's certificate is a new one at each start.")]
    async Task SecureAsync()
    {
        var secured = new SslStream(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await secured.AuthenticateAsClientAsync("gateway.example");
        _stream = secured;
    }
}
