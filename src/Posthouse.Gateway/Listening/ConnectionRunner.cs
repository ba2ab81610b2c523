using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Gateway.Listening;

/// <summary>
/// Step 1, a connection's life: (1) counted, and by its address; (2) TLS, where it comes first; (3) the session, step 2; (4) closed,
/// whatever happened.
/// </summary>
sealed class ConnectionRunner(ListenerModel model, ClientHandler handler, ListeningServices services, ClientPlaces places, AddressCounts addresses, ILogger logger)
{
    /// <summary>For a last reply to leave; a client that reads nothing is cut off.</summary>
    static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    static readonly byte[] TooManyOfAddress = "421 4.7.0 Too many connections from your address\r\n"u8.ToArray();
    static readonly byte[] TooMany = "421 4.3.2 Too many connections, try again later\r\n"u8.ToArray();

    readonly TlsServer? _tls = model.Tls is { } tls ? new TlsServer(tls, services.Time, logger) : null;

    // A flood of connections must not become one of the log (the first is told, with what was passed over before it).
    readonly SparseWord _turnedAway = new(TimeSpan.FromMinutes(1), services.Time);
    readonly SparseWord _full = new(TimeSpan.FromMinutes(1), services.Time);

    public async Task RunAsync(ConnectionContext context, CancellationToken draining, CancellationToken aborting)
    {
        var remote = AddressOf(context.RemoteEndPoint);
        // (1)
        var hasPlace = places.TryEnter();
        var isCounted = hasPlace && addresses.TryEnter(remote, services.PerAddressLimit());
        using var abort = aborting.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(), context);
        try
        {
            if (isCounted)
                await ServeAsync(context, remote, draining, aborting).ConfigureAwait(false);
            else
                await TurnAwayAsync(context, remote, hasPlace).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ListeningLog.Failed(logger, model.Id, remote, e);
        }
        finally
        {
            if (isCounted)
                addresses.Leave(remote);
            await CloseAsync(context).ConfigureAwait(false);
            if (hasPlace)
                places.Leave();
        }
    }

    async Task ServeAsync(ConnectionContext context, IPAddress remote, CancellationToken draining, CancellationToken aborting)
    {
        var connection = new ClientConnection
        {
            Listener = model,
            Transport = context.Transport,
            RemoteIp = remote,
            LocalIp = AddressOf(context.LocalEndPoint),
            RemotePort = PortOf(context.RemoteEndPoint),
            LocalPort = PortOf(context.LocalEndPoint),
            StartTls = model.Tls is { Implicit: false } ? _tls?.For(model.Id, remote) : null,
            Aborted = aborting,
        };
        if (model.Tls is not { Implicit: true })
        {
            await handler(connection, draining).ConfigureAwait(false);
            return;
        }

        // (2)
        var secured = await _tls!.For(model.Id, remote).SecureAsync(context.Transport, aborting).ConfigureAwait(false);
        if (secured is null)
            return;
        await using (secured.ConfigureAwait(false))
        {
            // (3)
            await handler(connection with { Transport = secured, Tls = secured.Facts }, draining).ConfigureAwait(false);
        }
    }

    async Task TurnAwayAsync(ConnectionContext context, IPAddress remote, bool hasPlace)
    {
        long others;
        if (!hasPlace && _full.TryTell(out others))
            ListeningLog.Full(logger, model.Id, remote, places.Most, others);
        else if (hasPlace && _turnedAway.TryTell(out others))
            ListeningLog.TurnedAway(logger, model.Id, remote, others);
        if (model.Tls is not { Implicit: true })
            await context.Transport.Output.WriteAsync(hasPlace ? TooManyOfAddress : TooMany).ConfigureAwait(false);
    }

    // (4)
    async Task CloseAsync(ConnectionContext context)
    {
        try
        {
            var closing = context.DisposeAsync().AsTask();
            await closing.WaitAsync(CloseTime, services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!closing.IsCompleted)
                context.Abort();
            await closing.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ListeningLog.Failed(logger, model.Id, AddressOf(context.RemoteEndPoint), e);
        }
    }

    static int PortOf(EndPoint? endpoint) => endpoint is IPEndPoint { Port: var port } ? port : 0;

    /// <summary>One form for an address however it came: no IPv6-mapped IPv4, no interface behind a link-local one.</summary>
    static IPAddress AddressOf(EndPoint? endpoint) => endpoint switch
    {
        IPEndPoint { Address: { IsIPv4MappedToIPv6: true } mapped } => mapped.MapToIPv4(),
        IPEndPoint { Address: { IsIPv6LinkLocal: true } linkLocal } => new IPAddress(linkLocal.GetAddressBytes()),
        IPEndPoint { Address: var address } => address,
        _ => IPAddress.None,
    };
}
