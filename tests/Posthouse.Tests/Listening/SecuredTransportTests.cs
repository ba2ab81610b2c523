using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Model;

namespace Posthouse.Tests.Listening;

public class SecuredTransportTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Closing_does_not_wait_for_a_client_that_reads_nothing()
    {
        var token = TestContext.Current.CancellationToken;
        var toServer = new Pipe();
        var toClient = new Pipe(new PipeOptions(pauseWriterThreshold: 32 * 1024, resumeWriterThreshold: 16 * 1024));
        var certificate = CertificateSection.CreateEphemeral("gw.example.org").Leaf;
        var time = new FakeTimeProvider();
        var server = new TlsServer(new ListenerTls(true, certificate, [], Patience), time, NullLogger.Instance);
        var handshake = server.SecureAsync(new End(toServer.Reader, toClient.Writer), token);
        await using var client = new SslStream(new DuplexPipeStream(new End(toClient.Reader, toServer.Writer)), false, (_, shown, _, _) => certificate.Equals(shown));
        await client.AuthenticateAsClientAsync("gw.example.org").WaitAsync(Patience, token);
        var secured = (await handshake.WaitAsync(Patience, token))!;

        using var deadline = new CancellationTokenSource();
        secured.Output.Write(new byte[200_000]);
        var flush = secured.Output.FlushAsync(deadline.Token).AsTask();
        Assert.False(flush.IsCompleted);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);

        var closing = secured.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await closing.WaitAsync(Patience, token);
    }

    sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
