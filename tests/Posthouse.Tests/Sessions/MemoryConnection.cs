using System.IO.Pipelines;

namespace Posthouse.Tests.Sessions;

/// <summary>
/// Two pipes for two ends. Everything runs inline: when a send returns, the session has done all it can do with the octets, so octets
/// sent one by one arrive one by one.
/// </summary>
sealed class MemoryConnection
{
    static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    readonly Pipe _toServer = new(Inline);
    readonly Pipe _toClient = new(Inline);

    public MemoryConnection()
    {
        Server = new End(_toServer.Reader, _toClient.Writer);
        Client = new End(_toClient.Reader, _toServer.Writer);
    }

    public IDuplexPipe Server { get; }
    public IDuplexPipe Client { get; }

    sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
