using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Model;
using Posthouse.Tests.Sessions;

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
        var server = new TlsServer(new ListenerTls(true, certificate, [], Patience), time, NullLogger.Instance).For("smtp", IPAddress.Loopback);
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

    [Fact]
    public async Task A_handshake_that_fails_is_told_with_its_listener_and_its_client()
    {
        var token = TestContext.Current.CancellationToken;
        var log = new RecordingLogger();
        var (toServer, toClient) = (new Pipe(), new Pipe());
        using var certificate = CertificateSection.CreateEphemeral("gw.example.org").Leaf;
        var server = new TlsServer(new ListenerTls(true, certificate, [], Patience), TimeProvider.System, log).For("smtps", IPAddress.Parse("192.0.2.7"));
        await toServer.Writer.WriteAsync("EHLO client.example\r\n"u8.ToArray(), token);
        Assert.Null(await server.SecureAsync(new End(toServer.Reader, toClient.Writer), token).WaitAsync(Patience, token));
        Assert.StartsWith("Information smtps: 192.0.2.7: a TLS handshake failed: ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
