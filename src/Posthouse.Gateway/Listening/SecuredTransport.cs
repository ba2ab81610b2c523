using System.IO.Pipelines;
using System.Net.Security;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Gateway.Listening;

/// <summary>Pipes inside TLS.</summary>
sealed class SecuredTransport(SslStream stream, DuplexPipeStream below, TimeProvider time) : ISecuredTransport
{
    static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(2);

    readonly DecryptedInput _decrypted = new(stream, below);
    PipeReader? _input;

    // Without a buffer while the client is silent: an idle session holds no memory for its next command.
    public PipeReader Input => _input ??= PipeReader.Create(_decrypted, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public TlsFacts Facts { get; } = new(stream.SslProtocol, stream.NegotiatedCipherSuite);

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        try
        {
            await FinishAsync().WaitAsync(ShutdownTime, time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or NotSupportedException or TimeoutException or OperationCanceledException)
        {
            // The client left first, or takes nothing more; what still hangs in a write ends with the clear pipes.
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        _decrypted.WipeReturned();
    }

    async Task FinishAsync()
    {
        // Also writes what a last reply's time was too short for.
        await Output.CompleteAsync().ConfigureAwait(false);
        // close_notify, so that the client can tell an end from a cut.
        await stream.ShutdownAsync().ConfigureAwait(false);
    }
}
