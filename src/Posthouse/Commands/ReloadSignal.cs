using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Posthouse.Commands;

/// <summary>SIGHUP, which asks for a reload and never ends the process. Several that come before the first is heard are one.</summary>
sealed class ReloadSignal : IDisposable
{
    readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly PosixSignalRegistration _hangUp;

    public ReloadSignal() => _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        _asked.Writer.TryWrite(true);
    });

    /// <summary>Ends when one has come.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _asked.Reader.ReadAsync(cancellationToken);

    public void Dispose() => _hangUp.Dispose();
}
