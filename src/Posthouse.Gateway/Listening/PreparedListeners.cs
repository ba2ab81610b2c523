namespace Posthouse.Gateway.Listening;

/// <summary>Listeners whose addresses are bound and which accept nothing yet. Disposed without having taken over, they leave nothing open.</summary>
public sealed class PreparedListeners : IAsyncDisposable
{
    readonly Func<bool> _takeOver;
    List<OpenSocket> _bound;

    internal PreparedListeners(List<OpenSocket> bound, Func<bool> takeOver)
    {
        _bound = bound;
        _takeOver = takeOver;
    }

    /// <summary>Puts them in the place of those that listened until now. False where the set has been closed meanwhile.</summary>
    public bool TakeOver()
    {
        if (!_takeOver())
            return false;
        _bound = [];
        return true;
    }

    /// <summary>Closes what was bound and not taken over.</summary>
    public async ValueTask DisposeAsync() => await ListenerSet.CloseAsync(_bound, new CancellationToken(canceled: true)).ConfigureAwait(false);
}
