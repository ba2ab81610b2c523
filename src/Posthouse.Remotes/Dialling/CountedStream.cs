namespace Posthouse.Remotes.Dialling;

/// <summary>Tells once when it is closed, whoever closes it and why.</summary>
sealed class CountedStream(Stream inner, Action closed) : PassThroughStream(inner)
{
    Action? _closed = closed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Interlocked.Exchange(ref _closed, null)?.Invoke();
    }
}
