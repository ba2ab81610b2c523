using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Sessions;

/// <summary>
/// Evaluates the settings that a verb needs. The first one that cannot be decided fails them all: what is read after it is
/// a default of its type, and the verb asks <see cref="Failure"/> once, before it uses any.
/// </summary>
sealed class SettingReader(IRuleSubject subject, CancellationToken cancellationToken)
{
    /// <summary>Why a setting could not be decided; null = all were.</summary>
    public string? Failure { get; private set; }

    public ValueTask<T> GetAsync<T>(Setting<T> setting) =>
        setting.TryGetConstant(out var value) ? new(value) : EvaluateAsync(setting);

    async ValueTask<T> EvaluateAsync<T>(Setting<T> setting)
    {
        if (Failure is not null)
            return default!;
        var evaluation = await setting.EvaluateAsync(subject, cancellationToken).ConfigureAwait(false);
        if (!evaluation.IsAvailable)
            Failure = evaluation.Reason;
        return evaluation.Value;
    }
}
