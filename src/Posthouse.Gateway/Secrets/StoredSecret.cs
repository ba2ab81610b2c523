namespace Posthouse.Gateway.Secrets;

/// <summary>The hash of a secret, as an operator keeps it.</summary>
abstract class StoredSecret
{
    /// <summary>Whether a check takes so long, by design, that it must not hold up whoever asks.</summary>
    public virtual bool IsSlow => true;

    /// <summary>Compares in a time that does not depend on where the two differ.</summary>
    public abstract bool Matches(ReadOnlySpan<byte> secret);
}
