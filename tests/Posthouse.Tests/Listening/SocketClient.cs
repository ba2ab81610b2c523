using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Posthouse.Tests.Listening;

/// <summary>A client on a real socket.</summary>
sealed class SocketClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TcpClient _client = new() { NoDelay = true };
    readonly byte[] _octet = new byte[1];
    Stream _stream = Stream.Null;

    /// <summary>Its own.</summary>
    public int Port => ((IPEndPoint)_client.Client.LocalEndPoint!).Port;

    public static async Task<SocketClient> ConnectAsync(IPEndPoint endpoint)
    {
        var client = new SocketClient();
        await client._client.ConnectAsync(endpoint);
        client._stream = client._client.GetStream();
        return client;
    }

    /// <summary>TLS with a server that must have exactly this certificate.</summary>
    public async Task SecureAsync(X509Certificate2 expected, string name = "gw.example.org")
    {
        var secured = new SslStream(_stream, false, (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(expected.RawData));
        await secured.AuthenticateAsClientAsync(name).WaitAsync(Patience);
        _stream = secured;
    }

    public async Task SendAsync(string octets)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(octets));
        await _stream.FlushAsync();
    }

    /// <summary>A reply's last line, or null where the connection ended.</summary>
    public async Task<string?> ReplyAsync()
    {
        while (await LineAsync() is { } line)
        {
            if (line.Length < 4 || line[3] != '-')
                return line;
        }

        return null;
    }

    async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        try
        {
            while (await _stream.ReadAsync(_octet).AsTask().WaitAsync(Patience) == 1)
            {
                line.Append((char)_octet[0]);
                if (_octet[0] == '\n')
                    return line.ToString().TrimEnd();
            }
        }
        catch (IOException)
        {
            // Cut off.
        }

        return null;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }
}
