using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Hosts;

/// <summary>Remote hosts as a service: one <see cref="RemoteHostRegistry"/> for the container, which disposes it.</summary>
public static class RemoteHostRegistration
{
    /// <summary>Adds hosts to the container's <see cref="RemoteHostRegistry"/>.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="hosts">The definitions.</param>
    /// <returns>The services, for the next call.</returns>
    /// <inheritdoc cref="AddRemoteHosts(IServiceCollection, Func{IServiceProvider, IEnumerable{RemoteHostOptions}})" path="/remarks"/>
    public static IServiceCollection AddRemoteHosts(this IServiceCollection services, params IReadOnlyList<RemoteHostOptions> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return services.AddRemoteHosts(_ => hosts);
    }

    /// <summary>Adds hosts that are defined by what the container holds, to its <see cref="RemoteHostRegistry"/>.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="define">Called once, when the registry is first asked for.</param>
    /// <returns>The services, for the next call.</returns>
    /// <remarks>
    /// <para>
    /// Several calls add up. The hosts are made when the registry is first asked for, and <see cref="ArgumentException"/> is thrown then
    /// where a definition is not valid or two have one <see cref="RemoteHostOptions.Id"/>. Where the container has a
    /// <see cref="TimeProvider"/>, an <see cref="ILoggerFactory"/> or an <see cref="IMeterFactory"/>, the hosts use it.
    /// </para>
    /// <para>The registry closes its connections asynchronously: dispose a container of your own with <c>await using</c>. A
    /// generic host does so by itself.</para>
    /// </remarks>
    public static IServiceCollection AddRemoteHosts(this IServiceCollection services, Func<IServiceProvider, IEnumerable<RemoteHostOptions>> define)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(define);
        services.AddSingleton(new Definitions(define));
        services.TryAddSingleton(provider => new RemoteHostRegistry(
            provider.GetServices<Definitions>().SelectMany(each => each.Define(provider)), ServicesOf(provider)));
        return services;
    }

    static RemoteHostServices ServicesOf(IServiceProvider provider) => new()
    {
        Time = provider.GetService<TimeProvider>() ?? TimeProvider.System,
        Loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
        Meters = provider.GetService<IMeterFactory>(),
    };

    /// <summary>What one call added.</summary>
    sealed record Definitions(Func<IServiceProvider, IEnumerable<RemoteHostOptions>> Define);
}
