using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Resolving;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Exchangers;

/// <summary>Delivery by MX (<c>queue.outbound.next-hop = false</c>): each domain is a hop of its own.</summary>
sealed class MxDelivery : IHops, IAsyncDisposable
{
    /// <summary>
    /// Messages of one domain at once. The limit of each exchanger's connections, which several domains may share, is
    /// <see cref="ExchangerHosts.ConnectionsEach"/>.
    /// </summary>
    internal const int MessagesEach = 5;

    /// <summary>Of each exchanger, which nobody has defined otherwise.</summary>
    static readonly TimeSpan BreakersCooldown = new RemoteBreakerOptions().Cooldown;

    /// <param name="model">The configuration in force, asked for each message.</param>
    /// <param name="dns">Where exchangers are found.</param>
    /// <param name="surroundings">All else.</param>
    public MxDelivery(Func<GatewayModel> model, IMailDns dns, MxSurroundings surroundings)
    {
        Model = model;
        Routes = new RouteFinder(dns, new OwnPlaces(model, surroundings.Port, surroundings.Services.Time), surroundings.Random);
        Terms = new ExchangerTerms(model, surroundings);
        Hosts = new ExchangerHosts(surroundings.Services);
        Logger = surroundings.Services.Loggers.CreateLogger("Posthouse.Exchangers");
        Time = surroundings.Services.Time;
    }

    public Func<GatewayModel> Model { get; }

    public RouteFinder Routes { get; }

    public ExchangerTerms Terms { get; }

    public ExchangerHosts Hosts { get; }

    public ILogger Logger { get; }

    public TimeProvider Time { get; }

    public bool TryGet(string id, [NotNullWhen(true)] out IHop? hop)
    {
        hop = MxHopName.TryGetDomain(id, out var domain) ? new DomainHop(this, domain) : null;
        return hop is not null;
    }

    public IEnumerable<string> Names => [MxHopName.Of("DOMAIN")];

    public ValueTask DisposeAsync() => Hosts.DisposeAsync();

    sealed class DomainHop(MxDelivery delivery, string domain) : IHop
    {
        public int Concurrency => MessagesEach;

        public TimeSpan Cooldown => BreakersCooldown;

        public Task<RelayResult> RelayAsync(QueuedMessage message, RelayRequest request, CancellationToken cancellationToken) =>
            new MxAttempt(delivery, domain, message, request, cancellationToken).RunAsync();
    }
}
