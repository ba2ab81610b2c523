using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>What sessions log. Client text comes here through <see cref="ClientText"/>; a secret never does.</summary>
static partial class SessionLog
{
    [LoggerMessage(EventId = 2001, EventName = "SessionOpened", Level = LogLevel.Debug, Message = "{Listener}: {RemoteIp} connected")]
    public static partial void Opened(ILogger logger, string listener, IPAddress remoteIp);

    [LoggerMessage(EventId = 2002, EventName = "SessionEnded", Level = LogLevel.Information, Message = "{Listener}: {RemoteIp} left: {End}, {Messages} messages, {Octets} octets")]
    public static partial void Ended(ILogger logger, string listener, IPAddress remoteIp, SessionEnd end, int messages, long octets);

    [LoggerMessage(EventId = 2003, EventName = "SessionFault", Level = LogLevel.Error, Message = "{Listener}: {RemoteIp}: a bug ended the session")]
    public static partial void Fault(ILogger logger, string listener, IPAddress remoteIp, Exception exception);

    [LoggerMessage(EventId = 2010, EventName = "LoggedIn", Level = LogLevel.Information, Message = "{RemoteIp} logged in as {User}")]
    public static partial void LoggedIn(ILogger logger, IPAddress remoteIp, ClientText user);

    [LoggerMessage(EventId = 2011, EventName = "LoginRefused", Level = LogLevel.Warning, Message = "{RemoteIp} failed to log in on {Listener}")]
    public static partial void LoginRefused(ILogger logger, IPAddress remoteIp, string listener);

    [LoggerMessage(EventId = 2012, EventName = "LoginUnavailable", Level = LogLevel.Warning, Message = "{RemoteIp}: a login could not be checked: {Reason}")]
    public static partial void LoginUnavailable(ILogger logger, IPAddress remoteIp, string reason);

    [LoggerMessage(EventId = 2015, EventName = "SenderRefused", Level = LogLevel.Warning, Message = "{RemoteIp}: sender <{Sender}>: {Reply}")]
    public static partial void SenderRefused(ILogger logger, IPAddress remoteIp, ClientText sender, Reply reply);

    [LoggerMessage(EventId = 2020, EventName = "RecipientRefused", Level = LogLevel.Information, Message = "{RemoteIp}: recipient {Recipient}: {Reply}")]
    public static partial void RecipientRefused(ILogger logger, IPAddress remoteIp, ClientText recipient, Reply reply);

    [LoggerMessage(EventId = 2021, EventName = "Undecided", Level = LogLevel.Warning, Message = "{RemoteIp}: could not be decided: {Reason}")]
    public static partial void Undecided(ILogger logger, IPAddress remoteIp, string reason);

    [LoggerMessage(EventId = 2030, EventName = "MessageQueued", Level = LogLevel.Information, Message = "{RemoteIp}: message {QueueId} queued, {Octets} octets, {Recipients} recipients")]
    public static partial void Queued(ILogger logger, IPAddress remoteIp, string queueId, long octets, int recipients);

    [LoggerMessage(EventId = 2032, EventName = "MessageHandedOver", Level = LogLevel.Information, Message = "{RemoteIp}: message {QueueId}: {Recipient} went through to {Hop}, {Octets} octets: {Reply}")]
    public static partial void HandedOver(ILogger logger, IPAddress remoteIp, string queueId, ClientText recipient, string hop, long octets, Reply reply);

    [LoggerMessage(EventId = 2033, EventName = "MessageLeft", Level = LogLevel.Warning, Message = "{RemoteIp}: message {QueueId}: {Recipient} is left to the queue by {Hop}, maybe delivered: {MaybeDelivered}: {Reply}")]
    public static partial void LeftToQueue(ILogger logger, IPAddress remoteIp, string queueId, ClientText recipient, string hop, bool maybeDelivered, Reply reply);

    [LoggerMessage(EventId = 2031, EventName = "MessageRefused", Level = LogLevel.Information, Message = "{RemoteIp}: message refused: {Reply}")]
    public static partial void MessageRefused(ILogger logger, IPAddress remoteIp, Reply reply);
}
