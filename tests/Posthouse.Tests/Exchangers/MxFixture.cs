using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Exchangers;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Tests.Queue;
using MemoryBody = Posthouse.Tests.Remotes.MemoryBody;

namespace Posthouse.Tests.Exchangers;

/// <summary>Delivery by MX between DNS that the test writes and sandboxes on loopback addresses, all on one port.</summary>
sealed class MxFixture : IAsyncDisposable
{
    readonly List<SandboxServer> _servers = [];
    MxDelivery? _delivery;

    internal FakeDns Dns { get; } = new();

    internal OutboundModel Outbound { get; set; } = new();

    internal RemoteAuthorities? Authorities { get; set; }

    internal ResolverModel Resolver { get; set; } = OwnZone;

    internal TimeProvider Time { get; set; } = TimeProvider.System;

    internal SandboxAccounts Accounts { get; } = new SandboxAccounts().AddUser("bob@a.example", "x").AddUser("carl@a.example", "x").AddUser("dora@b.example", "x");

    internal int Port { get; private set; }

    /// <summary>Where exchangers may be on loopback.</summary>
    internal static ResolverModel OwnZone { get; } = new([IPAddress.Loopback], 5300);

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal MxDelivery Delivery => _delivery ??= new MxDelivery(() => TestModel.Of(Outbound) with { Resolver = Resolver }, Dns,
        new MxSurroundings { Port = Port, Authorities = Authorities, Services = new RemoteHostServices { Time = Time } });

    /// <summary>Exchangers at 127.0.1.1, 127.0.1.2 and so on, called mx1.example, mx2.example; each with its preference in this order.</summary>
    internal static async Task<MxFixture> StartAsync(params Func<SandboxOptions, SandboxOptions>[] serve)
    {
        for (var tries = 0; ; tries++)
        {
            var fixture = new MxFixture();
            try
            {
                foreach (var define in serve)
                    await fixture.AddAsync(define);
                return fixture;
            }
            // The port that one address has free need not be free at the next.
            catch (SocketException) when (tries < 50)
            {
                await fixture.DisposeAsync();
            }
        }
    }

    internal static SandboxOptions Plain(SandboxOptions options) => options;

    internal static SandboxOptions WithStartTls(SandboxOptions options) => options with { Tls = SandboxTls.StartTls };

    /// <summary>From 1, as in their names.</summary>
    internal SandboxServer this[int number] => _servers[number - 1];

    internal Task<IReadOnlyList<Outcome>> SendAsync(params string[] recipients) => SendAsync(Letters.Envelope(recipients));

    internal async Task<IReadOnlyList<Outcome>> SendAsync(MessageEnvelope envelope)
    {
        var message = new QueuedMessage(new MessageKey(1), envelope, new MemoryBody("Subject: x\r\n\r\nhello\r\n"u8.ToArray()));
        Assert.True(Delivery.TryGet(MxHopName.Of(envelope.Recipients[0].Mailbox.Domain), out var hop));
        return (await hop.RelayAsync(message, new RelayRequest(envelope.Mail, envelope.Recipients, message.Body), Token)).Outcomes;
    }

    internal IEnumerable<string> Commands(int number) =>
        this[number].Journal.Entries.Where(entry => entry.Direction == SandboxDirection.FromClient).Select(entry => entry.Text);

    public async ValueTask DisposeAsync()
    {
        if (_delivery is not null)
            await _delivery.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    async Task AddAsync(Func<SandboxOptions, SandboxOptions> define)
    {
        var number = _servers.Count + 1;
        var server = new SandboxServer(define(new SandboxOptions
        {
            Protocol = SandboxProtocol.Smtp,
            Accounts = Accounts,
            Address = IPAddress.Parse($"127.0.1.{number}"),
            Port = Port,
            HostName = $"mx{number}.example",
            OfferAuth = false,
        }));
        _servers.Add(server);
        await server.StartAsync(Token);
        Port = server.Port;
        Dns.Host($"mx{number}.example", $"127.0.1.{number}");
        foreach (var domain in new[] { "a.example", "b.example" })
            Dns.Mx(domain, [.. Enumerable.Range(1, number).Select(each => (each * 10, $"mx{each}.example"))]);
    }
}
