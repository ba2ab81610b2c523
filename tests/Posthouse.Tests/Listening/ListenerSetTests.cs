using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Tests.Remotes.Faults;
using Posthouse.Tests.Sessions;

namespace Posthouse.Tests.Listening;

/// <summary>Listeners on loopback sockets, with real sessions behind them.</summary>
public sealed class ListenerSetTests : IAsyncDisposable
{
    static readonly X509Certificate2 Certificate = MakeCertificate();

    readonly FakeIntake _intake = new();
    readonly List<ListenerModel> _all = [];
    readonly ListenerSet _listeners = new(new ListeningServices { Loggers = NullLoggerFactory.Instance });

    public ValueTask DisposeAsync() => _listeners.DisposeAsync();

    static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gw.example.org", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    static ListenerModel Listener(string id, bool? implicitTls = null, ListenerProtocol protocol = ListenerProtocol.Smtp) => new()
    {
        Id = id,
        Protocol = protocol,
        Bind = [new IPEndPoint(IPAddress.Loopback, 0)],
        Tls = implicitTls is { } isImplicit ? new ListenerTls(isImplicit, Certificate, [], TimeSpan.FromSeconds(20)) : null,
    };

    async Task<IPEndPoint> OpenAsync(ListenerModel listener, SessionModel? session = null)
    {
        var lookups = new FakeLookups();
        var services = new SessionServices { Logins = lookups, Recipients = lookups, Intake = _intake, Logger = new RecordingLogger() };
        var model = TestModels.Gateway(session ?? TestModels.Session, new Dictionary<string, AddressList>(), "ready");
        _all.Add(listener);
        await using var prepared = await _listeners.PrepareAsync(_all, (connection, draining) => SmtpSession.RunAsync(connection, model, services, draining), default);
        Assert.True(prepared.TakeOver());
        return Assert.Single(_listeners.Endpoints[listener.Id]);
    }

    static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    async Task ServeAsync(params ListenerModel[] listeners)
    {
        await using var prepared = await _listeners.PrepareAsync(listeners, GreetAsync, default);
        Assert.True(prepared.TakeOver());

        static async Task GreetAsync(ClientConnection connection, CancellationToken draining)
        {
            await connection.Transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"220 {connection.Listener.Id}\r\n"), draining);
            await connection.Transport.Input.ReadAsync(draining);
        }
    }

    [Fact]
    public async Task Listeners_open_and_close_while_others_run()
    {
        using var first = await SocketClient.ConnectAsync(await OpenAsync(Listener("a")));
        Assert.StartsWith("220 ", await first.ReplyAsync(), StringComparison.Ordinal);

        var second = await OpenAsync(Listener("b"));
        using var other = await SocketClient.ConnectAsync(second);
        Assert.StartsWith("220 ", await other.ReplyAsync(), StringComparison.Ordinal);
        _all.Clear();
        var kept = _listeners.Endpoints["a"];
        await OpenAsync(Listener("a"));
        Assert.Equal(kept, _listeners.Endpoints["a"]);
        await RefusedAsync(second);

        // Those who are in stay, also by a listener that is gone.
        foreach (var client in (SocketClient[])[first, other])
        {
            await client.SendAsync("NOOP\r\n");
            Assert.Equal("250 2.0.0 OK", await client.ReplyAsync());
        }
        Assert.Equal(["a"], _listeners.Endpoints.Keys);
        using var third = await SocketClient.ConnectAsync(await OpenAsync(Listener("b")));
        Assert.StartsWith("220 ", await third.ReplyAsync(), StringComparison.Ordinal);

        var closing = _listeners.CloseAllAsync(Patience());
        Assert.Equal("421 4.3.2 Shutting down", await other.ReplyAsync());
        await closing;
    }

    [Fact]
    public async Task An_address_stays_bound_when_it_goes_to_another_listener()
    {
        await ServeAsync(Listener("old"));
        var address = Assert.Single(_listeners.Endpoints["old"]);
        // As a file would name it, with its port.
        await ServeAsync(Listener("old") with { Bind = [new IPEndPoint(IPAddress.Loopback, 0), .. Free()] });
        var named = _listeners.Endpoints["old"][1];
        using var before = await SocketClient.ConnectAsync(named);
        Assert.Equal("220 old", await before.ReplyAsync());
        await ServeAsync(Listener("new") with { Bind = [named] });
        Assert.Equal(["new"], _listeners.Endpoints.Keys);
        using var after = await SocketClient.ConnectAsync(named);
        Assert.Equal("220 new", await after.ReplyAsync());
        await RefusedAsync(address);
    }

    [Fact]
    public async Task A_set_that_cannot_be_bound_changes_nothing()
    {
        await ServeAsync(Listener("a"));
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var free = Free()[0];
        await Assert.ThrowsAsync<IOException>(() => ServeAsync(Listener("b") with { Bind = [free, (IPEndPoint)taken.LocalEndpoint] }));
        Assert.Equal(["a"], _listeners.Endpoints.Keys);
        await RefusedAsync(free);
        using var client = await SocketClient.ConnectAsync(_listeners.Endpoints["a"][0]);
        Assert.Equal("220 a", await client.ReplyAsync());
    }

    [Fact]
    public async Task What_is_prepared_behind_the_end_is_closed_again()
    {
        var prepared = await _listeners.PrepareAsync([Listener("a")], (_, _) => Task.CompletedTask, TestContext.Current.CancellationToken);
        await _listeners.CloseAllAsync(Patience());
        Assert.False(prepared.TakeOver());
        await prepared.DisposeAsync();
        Assert.Empty(_listeners.Endpoints);
    }

    /// <summary>An address that nobody has, in a part of the loopback network that no other test uses.</summary>
    static IPEndPoint[] Free()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Parse("127.90.0.1"), 0);
        probe.Start();
        return [(IPEndPoint)probe.LocalEndpoint];
    }

    /// <summary>An unbound address refuses soon: the accept loop ends first.</summary>
    static async Task RefusedAsync(IPEndPoint address)
    {
        var patience = Patience();
        while (true)
        {
            patience.ThrowIfCancellationRequested();
            try
            {
                using var client = await SocketClient.ConnectAsync(address);
            }
            catch (System.Net.Sockets.SocketException)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task Closing_tells_idle_sessions_and_waits_for_a_message_past_its_dot()
    {
        var endpoint = await OpenAsync(Listener("a"));
        using var idle = await SocketClient.ConnectAsync(endpoint);
        await idle.ReplyAsync();
        using var busy = await SocketClient.ConnectAsync(endpoint);
        await busy.ReplyAsync();
        _intake.CommitGate = new TaskCompletionSource();
        await busy.SendAsync("EHLO [127.0.0.1]\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        for (var i = 0; i < 4; i++)
            await busy.ReplyAsync();
        await busy.SendAsync("x\r\n.\r\nNOOP\r\n");

        var closing = _listeners.CloseAllAsync(Patience());
        Assert.Equal("421 4.3.2 Shutting down", await idle.ReplyAsync());
        Assert.Null(await idle.ReplyAsync());
        Assert.False(closing.IsCompleted);
        _intake.CommitGate.SetResult();
        Assert.Equal("250 2.0.0 Queued as Q1", await busy.ReplyAsync());
        await closing;
    }

    [Fact]
    public async Task When_patience_ends_connections_are_cut_off()
    {
        var endpoint = await OpenAsync(Listener("a"));
        using var client = await SocketClient.ConnectAsync(endpoint);
        await client.ReplyAsync();
        await client.SendAsync("EHLO [127.0.0.1]\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        for (var i = 0; i < 4; i++)
            await client.ReplyAsync();
        await client.SendAsync("no end");
        await _listeners.CloseAllAsync(new CancellationToken(canceled: true));
        Assert.Null(await client.ReplyAsync());
        Assert.Empty(_intake.Committed);
        Assert.True(_intake.Begun.Single().IsDisposed);
    }

    [Fact]
    public async Task Starttls_forgets_what_was_said_and_goes_on_inside_tls()
    {
        var endpoint = await OpenAsync(Listener("a", implicitTls: false));
        using var client = await SocketClient.ConnectAsync(endpoint);
        await client.ReplyAsync();
        await client.SendAsync("EHLO [127.0.0.1]\r\n");
        Assert.Equal("250 STARTTLS", await client.ReplyAsync());
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nSTARTTLS\r\n");
        await client.ReplyAsync();
        Assert.Equal("220 2.0.0 Ready to start TLS", await client.ReplyAsync());
        await client.SecureAsync(Certificate);
        await client.SendAsync("MAIL FROM:<a@b.example>\r\n");
        Assert.Equal("503 5.5.1 Introduce yourself first", await client.ReplyAsync());
        await client.SendAsync("EHLO [127.0.0.1]\r\n");
        Assert.Equal("250 AUTH PLAIN LOGIN", await client.ReplyAsync());
        await client.SendAsync("STARTTLS\r\n");
        Assert.Equal("503 5.5.1 STARTTLS not offered", await client.ReplyAsync());
        await client.SendAsync("AUTH PLAIN AGphbmUAc2VjcmV0\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        for (var i = 0; i < 4; i++)
            await client.ReplyAsync();
        await client.SendAsync(new string('x', 200_000) + "\r\n.\r\nQUIT\r\n");
        Assert.Equal("250 2.0.0 Queued as Q1", await client.ReplyAsync());
        Assert.Equal("221 2.0.0 Bye", await client.ReplyAsync());
        Assert.Null(await client.ReplyAsync());
        Assert.Contains("with ESMTPSA\r\n\t(version=TLS1.3 cipher=TLS_", _intake.Committed.Single().Text, StringComparison.Ordinal);
        var origin = _intake.Committed.Single().Envelope!.Origin;
        Assert.Equal((client.Port, endpoint.Port), (origin.RemotePort, origin.LocalPort));
    }

    [Fact]
    public async Task Starttls_forgets_who_logged_in_in_clear()
    {
        var session = TestModels.Session with
        {
            Auth = TestModels.Session.Auth with { AllowPlainText = true },
            Rcpt = TestModels.Session.Rcpt with { Relay = new ComputedFlag(s => s.Text(RuleVariable.AuthenticatedAs).Length > 0) },
        };
        using var client = await SocketClient.ConnectAsync(await OpenAsync(Listener("a", implicitTls: false), session));
        await client.ReplyAsync();
        await TalkAsync("EHLO [127.0.0.1]", "250 AUTH PLAIN LOGIN");
        await TalkAsync("AUTH PLAIN AGphbmUAc2VjcmV0", "235 2.7.0 Authentication succeeded");
        await TalkAsync("STARTTLS", "220 2.0.0 Ready to start TLS");
        await client.SecureAsync(Certificate);
        await TalkAsync("EHLO [127.0.0.1]", "250 AUTH PLAIN LOGIN");
        await TalkAsync("MAIL FROM:<a@b.example>", "250 2.1.0 Sender OK");
        await TalkAsync("RCPT TO:<x@elsewhere.example>", "550 5.7.1 Relay not allowed");
        await TalkAsync("RSET", "250 2.0.0 OK");
        await TalkAsync("AUTH PLAIN AGphbmUAc2VjcmV0", "235 2.7.0 Authentication succeeded");

        async Task TalkAsync(string line, string reply)
        {
            await client.SendAsync(line + "\r\n");
            Assert.Equal(reply, await client.ReplyAsync());
        }
    }

    [Theory]
    [InlineData("STARTTLS\r\nNOOP\r\n")]
    [InlineData("STARTTLS\r\nEHLO a.example\r\nAUTH PLAIN AGphbmUAc2VjcmV0\r\nMAIL FROM:<a@b.example>\r\n")]
    public async Task Octets_behind_starttls_end_the_session(string octets)
    {
        using var client = await SocketClient.ConnectAsync(await OpenAsync(Listener("a", implicitTls: false)));
        await client.ReplyAsync();
        await client.SendAsync("EHLO [127.0.0.1]\r\n");
        await client.ReplyAsync();
        await client.SendAsync(octets);
        Assert.Equal("554 5.5.0 Wait for your turn", await client.ReplyAsync());
        Assert.Null(await client.ReplyAsync());
    }

    [Fact]
    public async Task Clear_text_after_the_220_breaks_the_handshake_and_nothing_more_is_said()
    {
        using var client = await SocketClient.ConnectAsync(await OpenAsync(Listener("a", implicitTls: false)));
        await client.ReplyAsync();
        await client.SendAsync("EHLO [127.0.0.1]\r\nSTARTTLS\r\n");
        await client.ReplyAsync();
        Assert.Equal("220 2.0.0 Ready to start TLS", await client.ReplyAsync());
        await client.SendAsync("EHLO [127.0.0.1]\r\nQUIT\r\n");
        Assert.DoesNotContain("250", await client.ReplyAsync() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Implicit_tls_comes_before_the_greeting()
    {
        using var client = await SocketClient.ConnectAsync(await OpenAsync(Listener("a", implicitTls: true)));
        await client.SecureAsync(Certificate);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await client.SendAsync("EHLO [127.0.0.1]\r\n");
        Assert.Equal("250 AUTH PLAIN LOGIN", await client.ReplyAsync());
    }

    [Fact]
    public async Task Clear_text_on_a_tls_port_sees_no_greeting()
    {
        using var client = await SocketClient.ConnectAsync(await OpenAsync(Listener("a", implicitTls: true)));
        await client.SendAsync("EHLO [127.0.0.1]\r\n");
        Assert.DoesNotContain("220", await client.ReplyAsync() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_with_the_listeners_name_and_leaves_nothing_open()
    {
        var taken = await OpenAsync(Listener("a"));
        var error = await Assert.ThrowsAsync<IOException>(() => _listeners.PrepareAsync(
            [Listener("a"), Listener("b") with { Bind = [new IPEndPoint(IPAddress.Loopback, 0), taken] }], (_, _) => Task.CompletedTask, TestContext.Current.CancellationToken));
        Assert.StartsWith($"server.listener.b: cannot listen on {taken}:", error.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], _listeners.Endpoints.Keys);
    }

    [Fact]
    public async Task A_port_that_the_gateway_has_in_another_way_takes_a_restart()
    {
        var taken = await OpenAsync(Listener("a"));
        var error = await Assert.ThrowsAsync<IOException>(() => _listeners.PrepareAsync(
            [Listener("a") with { Bind = [new IPEndPoint(IPAddress.Any, taken.Port)] }], (_, _) => Task.CompletedTask, TestContext.Current.CancellationToken));
        Assert.EndsWith($"; {taken}, where the gateway listens now, is in the way: that takes a restart", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_http_protocol_is_refused() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => OpenAsync(Listener("web", protocol: ListenerProtocol.Http)));

    [Fact]
    public async Task A_client_that_resets_leaves_the_listener_alive()
    {
        var endpoint = await OpenAsync(Listener("a"));
        for (var i = 0; i < 20; i++)
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(endpoint, TestContext.Current.CancellationToken);
            socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        using var client = await SocketClient.ConnectAsync(endpoint);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_beyond_those_that_leave_files_for_all_else_are_turned_away_until_one_leaves()
    {
        var log = new KeptLog();
        await using var listeners = new ListenerSet(new ListeningServices { Loggers = log, MostClients = 1 });
        await using (var prepared = await listeners.PrepareAsync([Listener("smtp")], GreetAsync, TestContext.Current.CancellationToken))
            Assert.True(prepared.TakeOver());
        var address = listeners.Endpoints["smtp"][0];
        using (var first = await SocketClient.ConnectAsync(address))
        {
            Assert.Equal("220 hello", await first.ReplyAsync());
            using var second = await SocketClient.ConnectAsync(address);
            Assert.Equal("421 4.3.2 Too many connections, try again later", await second.ReplyAsync());
            Assert.Contains("since 1 clients are connected", Assert.Single(log.Of("Full")), StringComparison.Ordinal);
        }
        string? reply;
        do
        {
            using var third = await SocketClient.ConnectAsync(address);
            reply = await third.ReplyAsync();
        }
        while (reply != "220 hello");

        static async Task GreetAsync(ClientConnection connection, CancellationToken draining)
        {
            await connection.Transport.Output.WriteAsync("220 hello\r\n"u8.ToArray(), draining);
            await connection.Transport.Input.ReadAsync(draining);
        }
    }
}
