namespace Posthouse.Gateway.Model;

/// <summary><c>[[session.throttle]]</c>, by the moment at which all that each asks about is known.</summary>
sealed record SessionThrottleModel
{
    /// <summary>Count sessions.</summary>
    public IReadOnlyList<ThrottleModel> AtConnect { get; init; } = [];

    /// <summary>Count mail transactions.</summary>
    public IReadOnlyList<ThrottleModel> AtMail { get; init; } = [];

    /// <summary>Count recipients.</summary>
    public IReadOnlyList<ThrottleModel> AtRcpt { get; init; } = [];
}
