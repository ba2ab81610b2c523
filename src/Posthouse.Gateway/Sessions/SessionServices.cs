using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Sessions.CutThrough;

namespace Posthouse.Gateway.Sessions;

/// <summary>What all sessions share.</summary>
public sealed record SessionServices
{
    public required ILoginLookup Logins { get; init; }
    public required IRecipientLookup Recipients { get; init; }
    public required IMessageIntake Intake { get; init; }
    public INextHops NextHops { get; init; } = NoNextHops.Instance;
    public required ILogger<SmtpSession> Logger { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
    internal SessionThrottles Throttles { get; init; } = new(TimeProvider.System);
    internal QuotaLedger Quotas { get; init; } = new(static () => []);
    internal KnownLogins KnownLogins { get; init; } = new();
}
