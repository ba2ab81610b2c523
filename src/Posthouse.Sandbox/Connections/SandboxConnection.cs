using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Posthouse.Wire.Text;

namespace Posthouse.Sandbox.Connections;

/// <summary>One client's line: reads lines, gathers output and sends it when the input runs dry, and turns to TLS.</summary>
sealed class SandboxConnection : IAsyncDisposable
{
    const int MaxUnsent = 32 * 1024;

    static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true);
    static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: 16 * 1024, leaveOpen: true);

    readonly Socket _socket;
    readonly NetworkStream _network;
    readonly CancellationToken _stopping;
    SslStream? _tls;
    byte[] _line = new byte[1024];

    public SandboxConnection(long id, Socket socket, SandboxHost host, CancellationToken stopping)
    {
        Id = id;
        Host = host;
        _stopping = stopping;
        _socket = socket;
        if (socket.AddressFamily != AddressFamily.Unix)
            _socket.NoDelay = true;
        _network = new NetworkStream(socket, ownsSocket: true);
        Input = PipeReader.Create(_network, ReaderOptions);
        Output = PipeWriter.Create(_network, WriterOptions);
    }

    public long Id { get; }

    public SandboxHost Host { get; }

    /// <summary>Set when the server stops: nothing waits longer.</summary>
    public CancellationToken Stopping => _stopping;

    public PipeReader Input { get; private set; }

    public PipeWriter Output { get; private set; }

    /// <summary>On whose behalf it comes, where the server was told.</summary>
    public SandboxClient? Client { get; set; }

    public bool IsTls => _tls is not null;

    /// <summary>
    /// The next line without CRLF, good until the next call; null once the client has hung up. Throws <see cref="InvalidDataException"/>
    /// for a bare CR or LF and for a line that is too long: a sandbox does not guess what was meant.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(int limit)
    {
        while (true)
        {
            var buffer = await ReadAsync();
            if (buffer.IsEmpty)
                return null;
            var rest = buffer;
            switch (WireLine.TryRead(ref rest, limit, out var line))
            {
                case LineStatus.Complete:
                    var length = (int)line.Length;
                    if (length > _line.Length)
                        _line = new byte[limit];
                    line.CopyTo(_line);
                    Input.AdvanceTo(rest.Start);
                    return _line.AsMemory(0, length);
                case LineStatus.NeedMore:
                    Input.AdvanceTo(buffer.Start, buffer.End);
                    break;
                case LineStatus.TooLong:
                    Input.AdvanceTo(buffer.End);
                    throw new InvalidDataException("Line too long");
                default:
                    Input.AdvanceTo(rest.Start);
                    throw new InvalidDataException("Bare CR or LF");
            }
        }
    }

    /// <summary>
    /// What has come and was not consumed, at least one octet more than was examined; empty once the client has hung up, where a
    /// line that never ended is dropped. What was written is sent first, if there is need to wait. <see
    /// cref="PipeReader.AdvanceTo(SequencePosition)"/> is the caller's, unless empty.
    /// </summary>
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync()
    {
        if (!Input.TryRead(out var result))
        {
            await FlushAsync();
            result = await Input.ReadAsync(_stopping);
        }
        if (!result.IsCompleted)
            return result.Buffer;
        // Whole lines that came with the end are still served.
        if (result.Buffer.PositionOf((byte)'\n') is not null)
            return result.Buffer;
        Input.AdvanceTo(result.Buffer.End);
        return ReadOnlySequence<byte>.Empty;
    }

    public async ValueTask FlushAsync()
    {
        if (Output.UnflushedBytes > 0)
            await Output.FlushAsync(_stopping);
    }

    /// <summary>To be called after each reply: holds back by the fault's delay, and keeps the output bounded.</summary>
    public async ValueTask ReplyWrittenAsync()
    {
        if (Host.Faults.Delay is { Ticks: > 0 } delay)
        {
            await Task.Delay(delay, Host.Options.TimeProvider ?? TimeProvider.System, _stopping);
            await FlushAsync();
        }
        else if (Output.UnflushedBytes > MaxUnsent)
        {
            await FlushAsync();
        }
    }

    public void Heard(string text) => Host.Journal.Write(Id, SandboxDirection.FromClient, text, Client);

    public void Said(string text) => Host.Journal.Write(Id, SandboxDirection.ToClient, text, Client);

    /// <summary>Reads the PROXY header, before anything else. False: something else came.</summary>
    public async Task<bool> ReadProxyHeaderAsync()
    {
        var (isHeader, client) = await ProxyPreamble.ReadAsync(_network, _stopping);
        Client = client;
        return isHeader;
    }

    /// <summary>
    /// Takes the server's part of the handshake. False: the client has sent more in clear, which must not be taken for what
    /// came under TLS.
    /// </summary>
    [SuppressMessage("Security", "CA5359", Justification = "A client's certificate is shown in the dialogue, and lets nobody in.")]
    public async Task<bool> StartTlsAsync()
    {
        await FlushAsync();
        if (Input.TryRead(out var early))
        {
            var isEmpty = early.Buffer.IsEmpty;
            Input.AdvanceTo(early.Buffer.Start);
            if (!isEmpty)
                return false;
        }
        await Input.CompleteAsync();
        await Output.CompleteAsync();
        _tls = new SslStream(_network, leaveInnerStreamOpen: true);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Host.Certificate,
            EnabledSslProtocols = SslProtocols.None,
            ClientCertificateRequired = Host.Options.AskForCertificate,
        };
        if (Host.Options.AskForCertificate)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await _tls.AuthenticateAsServerAsync(options, _stopping);
        if (Host.Options.AskForCertificate)
            Heard($"(certificate {_tls.RemoteCertificate?.Subject ?? "none"})");
        Input = PipeReader.Create(_tls, ReaderOptions);
        Output = PipeWriter.Create(_tls, WriterOptions);
        return true;
    }

    /// <summary>Reads and drops all that comes, until the client hangs up.</summary>
    public async Task StallAsync()
    {
        await FlushAsync();
        while (true)
        {
            var result = await Input.ReadAsync(_stopping);
            Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    /// <summary>
    /// Sends what was written, says that no more will come, and waits a moment for the client's own end: closed with octets unread, the
    /// socket would be reset, and the last reply lost on its way.
    /// </summary>
    public async Task HangUpAsync()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        enough.CancelAfter(Linger);
        await FlushAsync();
        if (_tls is not null)
            await _tls.ShutdownAsync();
        _socket.Shutdown(SocketShutdown.Send);
        var scratch = new byte[4096];
        while (await _socket.ReceiveAsync(scratch, enough.Token) > 0)
        {
        }
    }

    /// <summary>A TCP reset, also from another thread.</summary>
    public void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Gone already, which is what was asked for.
        }
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        // The pipes are not completed: what they still hold must not be sent now.
        if (_tls is not null)
            await _tls.DisposeAsync();
        await _network.DisposeAsync();
    }
}
