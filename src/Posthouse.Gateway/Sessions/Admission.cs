using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>How <c>[[session.throttle]]</c> takes a session, a transaction or a recipient.</summary>
/// <param name="Hold">Its place, to be disposed when it ends; null = it is refused.</param>
/// <param name="Failure">Why that could not be decided; null = it was.</param>
readonly record struct Admission(ThrottleHold? Hold, string? Failure)
{
    /// <summary>What a client is told at MAIL or RCPT; null = it has its place.</summary>
    public Reply? Refusal => Hold is not null ? null : Failure is null ? Replies.Throttled : Replies.Undecided;

    /// <summary>Asks for a place in all throttles that hold for the subject.</summary>
    public static async ValueTask<Admission> AskAsync(
        SessionState session, IReadOnlyList<ThrottleModel> throttles, IRuleSubject subject, CancellationToken cancellationToken)
    {
        if (throttles.Count == 0)
            return new Admission(ThrottleHold.Nothing, null);
        var keys = await ThrottleKey.OfAsync(throttles, subject, cancellationToken).ConfigureAwait(false);
        if (keys.IsAvailable)
            return new Admission(session.Services.Throttles.TryEnter(keys.Value), null);
        SessionLog.Undecided(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, keys.Reason);
        return new Admission(null, keys.Reason);
    }
}
