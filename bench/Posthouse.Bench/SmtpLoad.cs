using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Posthouse.Bench;

/// <summary>One client connection that sends messages one after the other, envelope pipelined (RFC 2920), and stops at the first surprise.</summary>
sealed class SmtpLoad(int port, byte[] message) : IDisposable
{
    static readonly byte[] Envelope = "MAIL FROM:<load@bench.test>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n"u8.ToArray();

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _buffer = new byte[4096];
    int _filled;

    public async Task OpenAsync()
    {
        await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await ExpectAsync("220");
        await _socket.SendAsync("EHLO bench.test\r\n"u8.ToArray());
        await ExpectAsync("250");
    }

    public async Task SendAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _socket.SendAsync(Envelope);
            await ExpectAsync("250");
            await ExpectAsync("250");
            await ExpectAsync("354");
            await _socket.SendAsync(message);
            await ExpectAsync("250");
        }
    }

    public void Dispose() => _socket.Dispose();

    async Task ExpectAsync(string code)
    {
        string line;
        do
            line = await LineAsync();
        while (line.Length > 3 && line[3] == '-');
        if (!line.StartsWith(code, StringComparison.Ordinal))
            throw new InvalidOperationException($"expected {code}, got: {line}");
    }

    async Task<string> LineAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n')) < 0)
        {
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled));
            if (read == 0)
                throw new InvalidOperationException("the gateway closed the connection");
            _filled += read;
        }

        string line = Encoding.ASCII.GetString(_buffer, 0, end);
        _buffer.AsSpan(end + 1, _filled - end - 1).CopyTo(_buffer);
        _filled -= end + 1;
        return line;
    }
}
