using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Bounds;

/// <summary>One throttle's count for one value of its key.</summary>
readonly record struct ThrottleKey(ThrottleModel Throttle, string Value)
{
    /// <summary>Under what a subject counts; unavailable where a throttle cannot be decided now.</summary>
    internal static async ValueTask<Evaluation<IReadOnlyList<ThrottleKey>>> OfAsync(
        IReadOnlyList<ThrottleModel> throttles, IRuleSubject subject, CancellationToken cancellationToken)
    {
        List<ThrottleKey> keys = [];
        foreach (var throttle in throttles)
        {
            var value = await BoundValue.OfAsync(throttle, subject, cancellationToken).ConfigureAwait(false);
            if (!value.IsAvailable)
                return Evaluation<IReadOnlyList<ThrottleKey>>.Unavailable(value.Reason);
            if (value.Value is { } counted)
                keys.Add(new ThrottleKey(throttle, counted));
        }
        return new(keys);
    }
}
