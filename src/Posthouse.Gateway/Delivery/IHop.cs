using System.Diagnostics.CodeAnalysis;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Delivery;

/// <summary>Where mail goes next.</summary>
interface IHop
{
    /// <summary>Most transactions at once.</summary>
    int Concurrency { get; }

    /// <summary>How long it is left alone when it cannot be reached, before one message may find out whether it can be again.</summary>
    TimeSpan Cooldown { get; }

    /// <summary>Hands a message over: an outcome for each recipient, in order.</summary>
    /// <param name="message">As it is queued, for rules that ask about it.</param>
    /// <param name="request">What of it is to go.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task<RelayResult> RelayAsync(QueuedMessage message, RelayRequest request, CancellationToken cancellationToken);
}

/// <summary>The hops by name.</summary>
interface IHops
{
    bool TryGet(string id, [NotNullWhen(true)] out IHop? hop);

    /// <summary>What an operator may call a hop.</summary>
    IEnumerable<string> Names { get; }
}

/// <summary>Remote hosts as hops. Asked anew for each transaction, since a reload may have swapped the host.</summary>
sealed class RemoteHops(RemoteHostRegistry remotes) : IHops
{
    public bool TryGet(string id, [NotNullWhen(true)] out IHop? hop)
    {
        hop = remotes.TryGet(id, out var host) ? new RemoteHop(host) : null;
        return hop is not null;
    }

    public IEnumerable<string> Names => remotes.Hosts.Select(static host => host.Options.Id);

    sealed class RemoteHop(RemoteHost host) : IHop
    {
        public int Concurrency => host.Options.Concurrency;

        public TimeSpan Cooldown => host.Options.Breaker.Cooldown;

        public Task<RelayResult> RelayAsync(QueuedMessage message, RelayRequest request, CancellationToken cancellationToken) =>
            host.RelayAsync(request, cancellationToken);
    }
}
