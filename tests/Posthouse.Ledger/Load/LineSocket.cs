using System.Net;
using System.Net.Sockets;

namespace Posthouse.Ledger.Load;

/// <summary>A connection that is read by lines. <see cref="IOException"/> and <see cref="SocketException"/> where the other side is gone.</summary>
sealed class LineSocket(Socket socket) : IDisposable
{
    byte[] _buffer = new byte[64 * 1024];
    int _start, _end;

    internal static async Task<LineSocket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new LineSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next line with its end; valid until the next call.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadLineAsync(CancellationToken cancellationToken)
    {
        var searched = _start;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + at + 1 - _start);
                _start = searched + at + 1;
                return line;
            }
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            searched = _end;
            if (_end == _buffer.Length)
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            var got = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
            if (got == 0)
                throw new IOException("The other side has hung up.");
            _end += got;
        }
    }

    internal async ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        while (octets.Length > 0)
            octets = octets[await socket.SendAsync(octets, cancellationToken)..];
    }

    public void Dispose() => socket.Dispose();
}
