using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Exchangers;

/// <summary>Evaluates settings of <c>[queue.outbound]</c> at one moment; one that is unavailable makes the whole so.</summary>
sealed class OutboundReading(IRuleSubject subject, CancellationToken cancellationToken)
{
    string? _missing;

    /// <param name="setting">Of the section.</param>
    /// <param name="key">Its name there, for a message.</param>
    public async ValueTask<T> ReadAsync<T>(Setting<T> setting, string key)
    {
        var value = await setting.EvaluateAsync(subject, cancellationToken);
        if (!value.IsAvailable)
            _missing ??= $"queue.outbound.{key} cannot be decided: {value.Reason}";
        return value.Value;
    }

    public Evaluation<T> Whole<T>(T value) => _missing is null ? new(value) : Evaluation<T>.Unavailable(_missing);
}
