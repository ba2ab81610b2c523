using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Remotes.Hosts;

public class MailExchangerTests
{
    [Fact]
    public async Task Connections_come_from_the_source_address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var exchanger = new MailExchanger(Options with { Port = ((IPEndPoint)listener.LocalEndpoint).Port, Source = IPAddress.Parse("127.0.0.77") });
        var relaying = exchanger.RelayAsync(SandboxedHost.Request("Subject: x\r\n\r\n", "bob@a.example"), SandboxedHost.Token);
        using (var client = await listener.AcceptSocketAsync(SandboxedHost.Token))
            Assert.Equal("127.0.0.77", ((IPEndPoint)client.RemoteEndPoint!).Address.ToString());
        Assert.Equal(Disposition.Temporary, Assert.Single((await relaying).Outcomes).Disposition);
    }

    [Fact]
    public void Options_of_equal_value_are_one_exchanger()
    {
        var other = Options with { Address = IPAddress.Parse("127.0.0.1"), Timeouts = new MailExchangerTimeouts() };
        Assert.Equal(Options, other);
        Assert.Equal(Options.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(Options, Options with { StartTls = StartTlsPolicy.Require });
        Assert.NotEqual(Options, Options with { Source = IPAddress.Loopback });
    }

    [Fact]
    public void Options_that_are_not_valid_are_refused() =>
        Assert.Contains("HelloName", Assert.Throws<ArgumentException>(() => new MailExchanger(Options with { HelloName = "not a name" })).Message, StringComparison.Ordinal);

    static MailExchangerOptions Options { get; } = new() { Name = "mx.example", Address = IPAddress.Loopback, HelloName = "post.example" };
}
