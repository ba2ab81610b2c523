using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Model;

namespace Posthouse.Tests.Listening;

/// <summary><c>tls.sni</c>: which certificate a client sees.</summary>
public sealed class ServerNameTests : IAsyncDisposable
{
    static readonly X509Certificate2 Own = Make("CN=own"), Mx = Make("CN=mx"), Any = Make("CN=any");

    readonly ListenerSet _listeners = new(new ListeningServices { Loggers = NullLoggerFactory.Instance });

    public ValueTask DisposeAsync() => _listeners.DisposeAsync();

    [Theory]
    [InlineData("mx.example.org", "CN=mx")]
    [InlineData("MX.Example.ORG", "CN=mx")]
    [InlineData("mail.example.net", "CN=any")]
    [InlineData("mx.mail.example.net", "CN=own")]
    [InlineData("example.net", "CN=own")]
    [InlineData("other.example.org", "CN=own")]
    [InlineData("127.0.0.1", "CN=own")]
    public async Task It_is_that_of_the_name_which_the_client_asks_for(string name, string subject)
    {
        var listener = new ListenerModel
        {
            Id = "smtps",
            Protocol = ListenerProtocol.Smtp,
            Bind = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tls = new ListenerTls(true, Own, [], TimeSpan.FromSeconds(20)) { Sni = [new("mx.example.org", Mx, []), new("*.example.net", Any, [])] },
        };
        await using var prepared = await _listeners.PrepareAsync(
            [listener], async (connection, token) => await connection.Transport.Output.WriteAsync("220 ready\r\n"u8.ToArray(), token), TestContext.Current.CancellationToken);
        Assert.True(prepared.TakeOver());
        using var client = await SocketClient.ConnectAsync(_listeners.Endpoints["smtps"][0]);
        await client.SecureAsync(new[] { Own, Mx, Any }.Single(each => each.Subject == subject), name);
        Assert.Equal("220 ready", await client.ReplyAsync());
    }

    static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
