using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>
/// What sessions log. Client text comes here through <see cref="ClientText"/>; a secret never does. In brackets stands the session's id.
/// </summary>
static partial class SessionLog
{
    [LoggerMessage(EventId = 2001, EventName = "SessionOpened", Level = LogLevel.Debug, Message = "{Listener}: {RemoteIp} [{Session}] connected")]
    public static partial void Opened(ILogger logger, string listener, IPAddress remoteIp, string session);

    [LoggerMessage(EventId = 2002, EventName = "SessionEnded", Level = LogLevel.Information, Message = "{Listener}: {RemoteIp} [{Session}] left: {End}, {Messages} messages, {Octets} octets")]
    public static partial void Ended(ILogger logger, string listener, IPAddress remoteIp, string session, SessionEnd end, int messages, long octets);

    [LoggerMessage(EventId = 2003, EventName = "SessionFault", Level = LogLevel.Error, Message = "{Listener}: {RemoteIp} [{Session}]: a bug ended the session")]
    public static partial void Fault(ILogger logger, string listener, IPAddress remoteIp, string session, Exception exception);

    [LoggerMessage(EventId = 2010, EventName = "LoggedIn", Level = LogLevel.Information, Message = "{RemoteIp} [{Session}] logged in as {User}")]
    public static partial void LoggedIn(ILogger logger, IPAddress remoteIp, string session, ClientText user);

    [LoggerMessage(EventId = 2011, EventName = "LoginRefused", Level = LogLevel.Warning, Message = "{RemoteIp} [{Session}] failed to log in on {Listener} as {User}: {Lookup}: {Reason}")]
    public static partial void LoginRefused(ILogger logger, IPAddress remoteIp, string session, string listener, ClientText user, LookupLadder lookup, string reason);

    [LoggerMessage(EventId = 2012, EventName = "LoginUnavailable", Level = LogLevel.Warning, Message = "{RemoteIp} [{Session}]: a login on {Listener} as {User} could not be checked: {Lookup}: {Reason}")]
    public static partial void LoginUnavailable(ILogger logger, IPAddress remoteIp, string session, string listener, ClientText user, string lookup, string reason);

    [LoggerMessage(EventId = 2015, EventName = "SenderRefused", Level = LogLevel.Warning, Message = "{RemoteIp} [{Session}]: sender <{Sender}>: {Reply}")]
    public static partial void SenderRefused(ILogger logger, IPAddress remoteIp, string session, ClientText sender, Reply reply);

    [LoggerMessage(EventId = 2020, EventName = "RecipientRefused", Level = LogLevel.Information, Message = "{RemoteIp} [{Session}]: recipient {Recipient}: {Reply}")]
    public static partial void RecipientRefused(ILogger logger, IPAddress remoteIp, string session, ClientText recipient, Reply reply);

    [LoggerMessage(EventId = 2034, EventName = "RefusedByHop", Level = LogLevel.Information, Message = "{RemoteIp} [{Session}]: recipient {Recipient} refused by {Hop}: {Reply}")]
    public static partial void RefusedByHop(ILogger logger, IPAddress remoteIp, string session, ClientText recipient, string hop, Reply reply);

    [LoggerMessage(EventId = 2021, EventName = "Undecided", Level = LogLevel.Warning, Message = "{RemoteIp} [{Session}]: could not be decided: {Reason}")]
    public static partial void Undecided(ILogger logger, IPAddress remoteIp, string session, string reason);

    [LoggerMessage(EventId = 2022, EventName = "RecipientUndecided", Level = LogLevel.Warning, Message = "{RemoteIp} [{Session}]: recipient {Recipient} could not be decided: {Lookup}: {Reason}")]
    public static partial void RecipientUndecided(ILogger logger, IPAddress remoteIp, string session, ClientText recipient, LookupLadder lookup, string reason);

    [LoggerMessage(EventId = 2030, EventName = "MessageQueued", Level = LogLevel.Information, Message = "{RemoteIp} [{Session}]: message {QueueId} from <{Sender}> queued, {Octets} octets, recipients: {Recipients}")]
    public static partial void Queued(ILogger logger, IPAddress remoteIp, string session, string queueId, ClientText sender, long octets, int recipients);

    [LoggerMessage(EventId = 2031, EventName = "MessageRefused", Level = LogLevel.Information, Message = "{RemoteIp} [{Session}]: message from <{Sender}> refused by {Hop}, {Octets} octets, recipients: {Recipients}: {Reply}")]
    public static partial void MessageRefused(ILogger logger, IPAddress remoteIp, string session, ClientText sender, string hop, long octets, int recipients, Reply reply);

    [LoggerMessage(EventId = 2032, EventName = "MessageHandedOver", Level = LogLevel.Information,
        Message = "{RemoteIp} [{Session}]: message {QueueId}: {Recipient} went through to {Hop}, {Octets} octets: {Reply}")]
    public static partial void HandedOver(ILogger logger, IPAddress remoteIp, string session, string queueId, ClientText recipient, string hop, long octets, Reply reply);

    [LoggerMessage(EventId = 2033, EventName = "MessageLeft", Level = LogLevel.Warning,
        Message = "{RemoteIp} [{Session}]: message {QueueId}: {Recipient} is left to the queue by {Hop}, maybe delivered: {MaybeDelivered}: {Reply}")]
    public static partial void LeftToQueue(ILogger logger, IPAddress remoteIp, string session, string queueId, ClientText recipient, string hop, string maybeDelivered, Reply reply);
}
