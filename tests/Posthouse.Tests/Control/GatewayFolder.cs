using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A folder with a configuration, the one LMTP host that it names, and the gateway that runs on it.</summary>
sealed class GatewayFolder : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-gateway-").FullName;
    GatewayServer? _gateway;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public SandboxServer Host { get; } = new(new SandboxOptions
    {
        Protocol = SandboxProtocol.Lmtp,
        Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip").AddUser("Postmaster@gw.example.org", "tulip"),
    });

    public GatewayServer Gateway => _gateway!;

    public string FileName => this["posthouse.toml"];

    public string this[string name] => Path.Combine(_folder, name);

    public string Text(
        string greeting = "one",
        string bind = "127.0.0.1:0",
        string server = "",
        string listener = "",
        string recipients = "\"remote/host\"",
        string queue = "queue",
        string remote = "",
        string more = "") => $$"""
        [server]
        hostname = "gw.example.org"
        greeting = "{{greeting}}"
        {{server}}
        [server.listener.smtp]
        bind = "{{bind}}"
        {{listener}}
        [session.rcpt]
        lookup.addresses = {{recipients}}
        errors.wait = "0s"
        [queue]
        path = "{{this[queue]}}"
        outbound.next-hop = "host"
        [remote.host]
        address = "127.0.0.1"
        port = {{Host.Port}}
        protocol = "lmtp"
        lookup = true
        tls = { implicit = false, starttls = "disable" }
        {{remote}}
        {{more}}
        """;

    public Task WriteAsync(string text) => File.WriteAllTextAsync(FileName, text, Token);

    /// <summary>Starts the gateway; the host, whose port the text holds, has been started.</summary>
    public async Task<GatewayServer> StartAsync(string text, GatewayServices services)
    {
        await WriteAsync(text);
        return _gateway = await GatewayServer.StartAsync(FileName, services, Token);
    }

    public async Task<ReloadResult> ReloadAsync(string text)
    {
        await WriteAsync(text);
        return await Gateway.ReloadAsync(Token);
    }

    public async Task<(SocketClient Client, string Greeting)> ConnectAsync()
    {
        var client = await SocketClient.ConnectAsync(Gateway.Endpoints["smtp"][0]);
        return (client, (await client.ReplyAsync())!);
    }

    /// <summary>The words behind the gateway's name, as a new client hears them.</summary>
    public async Task<string> GreetingAsync()
    {
        var (client, greeting) = await ConnectAsync();
        client.Dispose();
        return greeting["220 gw.example.org ESMTP ".Length..];
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
