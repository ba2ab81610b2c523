using Posthouse.Remotes.Dialling;

namespace Posthouse.Tests.Remotes;

/// <summary>Counts the lines that are open on our side: the sandbox counts the end of a connection later than it happens.</summary>
sealed class CountingDialler : IDialler
{
    readonly SystemDialler _inner = new(TimeProvider.System);
    readonly Lock _gate = new();
    int _open;

    public int Peak { get; private set; }

    public async Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        lock (_gate)
            Peak = Math.Max(Peak, ++_open);
        try
        {
            var line = await _inner.DialAsync(attempt, cancellationToken);
            return line with { Stream = new DuplexStream(line.Stream, line.Stream, Hung) };
        }
        catch
        {
            Hung();
            throw;
        }
    }

    void Hung()
    {
        lock (_gate)
            _open--;
    }
}
