using Microsoft.Extensions.Logging;

namespace Posthouse.Remotes.Telemetry;

/// <summary>All that is logged here. No parameter is ever a secret; texts of a host are printable already.</summary>
static partial class RemoteLog
{
    [LoggerMessage(1, LogLevel.Debug, "Remote {Remote}: connected, own login {LoggedIn}", EventName = "Connected")]
    public static partial void Connected(ILogger logger, string remote, bool loggedIn);

    // What it costs somebody is told by Unavailable, once.
    [LoggerMessage(2, LogLevel.Debug, "Remote {Remote}: no connection: {Reason}", EventName = "ConnectFailed")]
    public static partial void ConnectFailed(ILogger logger, string remote, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Remote {Remote}: connection closed: {Reason}", EventName = "ConnectionClosed")]
    public static partial void ConnectionClosed(ILogger logger, string remote, string reason);

    [LoggerMessage(4, LogLevel.Debug, "Remote {Remote}: asking once more on a fresh connection: {Reason}", EventName = "AskedAfresh")]
    public static partial void AskedAfresh(ILogger logger, string remote, string reason);

    [LoggerMessage(5, LogLevel.Debug, "Remote {Remote}: TLS could not be had, going on in clear text as tls.starttls allows", EventName = "StayedInClear")]
    public static partial void StayedInClear(ILogger logger, string remote);

    [LoggerMessage(6, LogLevel.Warning, "Remote {Remote}: tls.allow-invalid-certs accepts any certificate", EventName = "AnyCertificate")]
    public static partial void AnyCertificate(ILogger logger, string remote);

    [LoggerMessage(7, LogLevel.Error, "Remote {Remote}: a fault of ours while connecting", EventName = "ConnectFault")]
    public static partial void ConnectFault(ILogger logger, string remote, Exception fault);

    [LoggerMessage(8, LogLevel.Warning, "Remote {Remote}: {Question} unavailable: {Reason}", EventName = "Unavailable")]
    public static partial void Unavailable(ILogger logger, string remote, string question, string reason);

    [LoggerMessage(9, LogLevel.Warning, "Remote {Remote}: {Question} unavailable, and {Untold} more times since the line before: {Reason}", EventName = "StillUnavailable")]
    public static partial void StillUnavailable(ILogger logger, string remote, string question, long untold, string reason);

    [LoggerMessage(10, LogLevel.Warning, "Remote {Remote}: {Failures} connects in a row failed, none is begun for about {Cooldown} s (breaker.cooldown): {Reason}", EventName = "BreakerOpened")]
    public static partial void BreakerOpened(ILogger logger, string remote, int failures, double cooldown, string reason);

    [LoggerMessage(11, LogLevel.Information, "Remote {Remote}: reached again", EventName = "BreakerClosed")]
    public static partial void BreakerClosed(ILogger logger, string remote);

    [LoggerMessage(12, LogLevel.Information, "Remote {Remote}: {Answers} answers given past their life, as cache.stale allows while the host cannot be reached: {Reason}", EventName = "Stale")]
    public static partial void Stale(ILogger logger, string remote, long answers, string reason);

    // What it costs somebody is told by Unavailable; here nothing is lost yet, but the next failure may be one too many.
    [LoggerMessage(13, LogLevel.Warning, "Remote {Remote}: endpoint {Endpoint} failed, the others are tried first from now on: {Reason}", EventName = "EndpointFailed")]
    public static partial void EndpointFailed(ILogger logger, string remote, string endpoint, string reason);

    [LoggerMessage(14, LogLevel.Information, "Remote {Remote}: endpoint {Endpoint} works again", EventName = "EndpointBack")]
    public static partial void EndpointBack(ILogger logger, string remote, string endpoint);

    [LoggerMessage(15, LogLevel.Error, "Remote {Remote}: a fault of ours while asking", EventName = "LookupFault")]
    public static partial void LookupFault(ILogger logger, string remote, Exception fault);

    [LoggerMessage(16, LogLevel.Warning, "Remote {Remote}: bodies go by DATA from now on, since the host does not keep to the CHUNKING that it offers: {Reason}", EventName = "ChunkingLost")]
    public static partial void ChunkingLost(ILogger logger, string remote, string reason);
}
