using System.Net;
using System.Net.Sockets;
using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.ByMx;

/// <summary>
/// A small internet on loopback: a name server with a zone for all cases, two mail exchangers on port 25, and a gateway that delivers by
/// MX and listens on port 25 itself.
/// </summary>
public sealed class MxWorld : IAsyncLifetime
{
    public const string Zone = "mail.test";

    static readonly string[] Users = ["bob", "carl"];

    // Runs of these tests at the same time, and whatever else serves port 25 on 127.0.0.1, have other addresses.
    readonly string _net = $"127.{Random.Shared.Next(64, 192)}.{Random.Shared.Next(1, 255)}";
    readonly ScratchFolder _folder = new("mx");
    readonly int _port = LoopbackPort.Take();
    RunningProgram? _gateway;

    public MxWorld()
    {
        First = Exchanger(1);
        Second = Exchanger(2);
        Names = new NsdServer(Zone, $"""
            first    A   {_net}.1
            second   A   {_net}.2
            nobody   A   {_net}.3
            me       A   {_net}.9
            ordered  MX  20 second
            ordered  MX  10 first
            worse    MX  20 second
            worse    MX  10 nobody
            equal    MX  10 first
            equal    MX  10 second
            implicit A   {_net}.1
            alias    CNAME ordered
            null     MX  0 .
            empty    TXT "no mail here"
            six      MX  10 sixhost
            sixhost  AAAA 2001:db8::25
            ours     MX  20 second
            ours     MX  10 {GatewayConfig.HostName}.
            listener MX  10 me
            behind   MX  20 {GatewayConfig.HostName}.
            behind   MX  20 second
            behind   MX  10 first
            later    MX  10 second
            """);
    }

    internal NsdServer Names { get; }

    internal SandboxServer First { get; }

    internal SandboxServer Second { get; }

    internal SandboxAccounts FirstAccounts { get; } = Accounts();

    internal SandboxAccounts SecondAccounts { get; } = Accounts();

    internal string FirstAddress => $"{_net}.1";

    /// <summary>What the gateway has told so far.</summary>
    internal string Log => _gateway!.Output;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await First.StartAsync(CancellationToken.None);
            await Second.StartAsync(CancellationToken.None);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            Assert.Skip("Mail by MX goes to port 25, which only root may serve.");
        }
        await Names.StartAsync();
        _folder.Write("posthouse.toml", $$"""
            [server]
            hostname = "{{GatewayConfig.HostName}}"
            [server.listener."smtp"]
            bind = ["127.0.0.1:{{_port}}", "{{_net}}.9:25"]
            protocol = "smtp"
            [session.rcpt]
            relay = true
            [session.data.limits]
            messages = 100
            [queue]
            path = "{{_folder["queue"]}}"
            [queue.schedule]
            retry = ["1s"]
            [queue.outbound]
            next-hop = false
            [queue.outbound.timeouts]
            connect = "2s"
            [resolver]
            address = "127.0.0.1"
            port = {{Names.Port}}
            """);
        _gateway = RunningProgram.Start(PosthouseExecutable.Path, ["serve", "--config", _folder["posthouse.toml"]]);
        await _gateway.UntilListeningAsync(_port, () => "");
    }

    /// <summary>Queues a message from somebody; its text says which it is.</summary>
    internal async Task SendAsync(string recipient, string text, int times = 1)
    {
        await using var client = await SmtpClientDialogue.ConnectAsync(_port);
        await client.SayAsync("EHLO client.example.org");
        for (var i = 0; i < times; i++)
        {
            var reply = await client.SendAsync("someone@example.net", recipient, System.Text.Encoding.ASCII.GetBytes($"Subject: {text}\r\n\r\n{text}\r\n"), "");
            Assert.Equal(250, reply.Code);
        }
    }

    internal static Task ArrivesAsync(SandboxAccounts accounts, string recipient, string text) => Eventually.FindAsync($"{text} for {recipient}",
        () => accounts.Messages(recipient).FirstOrDefault(message => System.Text.Encoding.ASCII.GetString(message.Body.Span).Contains(text, StringComparison.Ordinal)),
        TimeSpan.FromSeconds(60));

    internal Task IsToldAsync(params string[] words) => Eventually.FindAsync($"a line with {string.Join(" and ", words)}",
        () => Log.Split('\n').FirstOrDefault(line => words.All(word => line.Contains(word, StringComparison.Ordinal))), TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Names.DisposeAsync();
        _folder.Dispose();
    }

    SandboxServer Exchanger(int number) => new(new SandboxOptions
    {
        Protocol = SandboxProtocol.Smtp,
        Address = IPAddress.Parse($"{_net}.{number}"),
        Port = 25,
        Tls = SandboxTls.StartTls,
        OfferAuth = false,
        HostName = number == 1 ? $"first.{Zone}" : $"second.{Zone}",
        Accounts = number == 1 ? FirstAccounts : SecondAccounts,
    });

    static SandboxAccounts Accounts()
    {
        var accounts = new SandboxAccounts();
        foreach (var domain in new[] { "ordered", "worse", "equal", "implicit", "alias", "behind", "later" })
        {
            foreach (var user in Users)
                accounts.AddUser($"{user}@{domain}.{Zone}", "x");
        }
        return accounts;
    }
}
