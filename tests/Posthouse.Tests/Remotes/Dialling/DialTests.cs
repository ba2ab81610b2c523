using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes.Dialling;

/// <summary>From a definition to an answer, over real sockets.</summary>
public class DialTests
{
    [Fact]
    public async Task A_Unix_socket_serves_and_takes_a_secret_in_clear()
    {
        var path = Path.Combine(Path.GetTempPath(), $"posthouse-{Guid.NewGuid():N}.sock");
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp,
            options => options with { Address = [RemoteEndpoint.Unix(path)], Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Optional } },
            options => options with { SocketPath = path, Mechanisms = ["PLAIN"] });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Theory]
    [InlineData("/nowhere/lmtp", "remote.box.address unix:/nowhere/lmtp: connect: ")]
    [InlineData("/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789", "the path is too long")]
    public async Task A_Unix_socket_that_is_not_there_is_named(string path, string expected)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp, options => options with { Address = [RemoteEndpoint.Unix(path)] });
        Assert.Contains(expected, (await box.CheckAsync("jane@example.org")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_and_a_port_that_nobody_serves_are_told_apart()
    {
        var (name, port) = (new string('a', 255), ClosedPort());
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Address = [RemoteEndpoint.Tcp(name, 26), RemoteEndpoint.Tcp("127.0.0.1", port)] });

        var reason = (await box.CheckAsync("jane@example.org")).Reason;

        Assert.Contains($"remote.box.address {name} port 26: resolve: ", reason, StringComparison.Ordinal);
        Assert.EndsWith($"; 127.0.0.1 port {port}: connect to 127.0.0.1: Connection refused", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_nobody_serves_is_passed_over()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Address = [RemoteEndpoint.Tcp("127.0.0.1", ClosedPort()), RemoteEndpoint.Tcp("127.0.0.1")] });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("STARTTLS")]
    [InlineData("certificate")]
    [InlineData("own login")]
    public async Task An_endpoint_that_answers_badly_is_passed_over(string failing)
    {
        await using var bad = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { Tls = SandboxTls.StartTls });
        var faults = bad.Server.Faults;
        faults.GreetingReply = failing == "greeting" ? new Reply(554, null, "not today") : null;
        faults.RefuseStartTls = failing == "STARTTLS";
        faults.StripAuth = failing == "own login";
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with
            {
                Address = [RemoteEndpoint.Tcp("127.0.0.1", bad.Server.Port), RemoteEndpoint.Tcp("127.0.0.1")],
                Auth = new RemoteAuthOptions("relay", "mule"),
                Tls = new RemoteTlsOptions { Implicit = false, AllowInvalidCerts = failing != "certificate", Authorities = null },
            },
            options => options with { Tls = SandboxTls.StartTls });
        if (failing == "certificate")
        {
            var definition = box.Host.Options with { Tls = new RemoteTlsOptions { Implicit = false, Authorities = new RemoteAuthorities([box.Server.Certificate]) } };
            await using var strict = new Posthouse.Remotes.Hosts.RemoteHost(definition);
            Assert.Equal(AnswerKind.Yes, (await strict.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token)).Kind);
        }
        else
        {
            Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        }
        Assert.Equal((1, 1), (bad.Journal.Connections, box.Journal.Connections));
    }

    [Fact]
    public async Task Connections_of_one_host_are_spread_over_its_servers()
    {
        var gate = new TaskCompletionSource();
        await using var other = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Address = [RemoteEndpoint.Tcp("127.0.0.1", other.Server.Port), RemoteEndpoint.Tcp("127.0.0.1")], Concurrency = 4 });
        SandboxAction? Hold(string verb, string line) => verb == "VRFY" ? SandboxAction.Hold(gate.Task) : null;
        other.Server.Faults.OnCommand = box.Server.Faults.OnCommand = Hold;

        var asked = Enumerable.Range(0, 4).Select(i => box.Host.VerifyAsync($"nobody{i}", SandboxedHost.Token).AsTask()).ToList();
        await other.Journal.WaitAsync(() => other.Journal.Count("VRFY") == 2, SandboxedHost.Token);
        await box.Journal.WaitAsync(() => box.Journal.Count("VRFY") == 2, SandboxedHost.Token);
        gate.SetResult();

        await Task.WhenAll(asked);
        Assert.Equal((2, 2), (other.Journal.Connections, box.Journal.Connections));
    }

    static int ClosedPort()
    {
        // Bound, and not listening: nobody else gets it while the test runs, and a connect is refused.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Bound.Add(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    static readonly System.Collections.Concurrent.ConcurrentBag<Socket> Bound = [];
}
