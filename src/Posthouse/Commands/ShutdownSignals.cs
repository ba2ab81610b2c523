using System.Runtime.InteropServices;

namespace Posthouse.Commands;

/// <summary>
/// Turns the first SIGTERM or SIGINT into a token that asks for an orderly end; a second one ends the process at once.
/// </summary>
sealed class ShutdownSignals : IDisposable
{
    readonly CancellationTokenSource _requested = new();
    readonly PosixSignalRegistration _terminate;
    readonly PosixSignalRegistration _interrupt;

    public ShutdownSignals()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    public CancellationToken Requested => _requested.Token;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _requested.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        if (_requested.IsCancellationRequested)
            return; // Not cancelled: the system's own handling, the end of the process, goes ahead.
        context.Cancel = true;
        _requested.Cancel();
    }
}
