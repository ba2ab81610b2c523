using System.Net.Sockets;

namespace Posthouse.Gateway.Control;

/// <summary>HTTP to the control socket in a queue's folder.</summary>
static class ControlHttp
{
    /// <summary>Nothing is connected before the first request; where nobody listens, that is an <see cref="HttpRequestException"/> without a status.</summary>
    public static HttpClient Create(string folder) => new(
        new SocketsHttpHandler { ConnectCallback = (_, cancellationToken) => ConnectAsync(ControlSocket.PathIn(folder), cancellationToken) })
    {
        BaseAddress = new Uri("http://posthouse"),
    };

    static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
