namespace Posthouse.Ledger.Books;

/// <summary>
/// The three ledgers of a run. Clients: <c>DENIED id recipient</c> of one that RCPT refused for good, <c>SENT id sha256 recipients</c> before the dot, then
/// <c>ACK id</c>, <c>REFUSED id reply</c> or <c>UNKNOWN id</c>. Sinks: <c>GOT id recipient sha256</c> of mail and <c>TOLD id recipient</c> of a report that it failed,
/// before their 250, and <c>UNSAID id recipient</c> where that 250 was not given. Events: <c>KILL</c>, <c>FAULT</c>.
/// </summary>
sealed class RunBooks(string folder) : IDisposable
{
    internal Book Clients { get; } = new(Path.Combine(folder, "clients.log"));

    internal Book Sink { get; } = new(Path.Combine(folder, "sink.log"));

    internal Book Events { get; } = new(Path.Combine(folder, "events.log"));

    public void Dispose()
    {
        Clients.Dispose();
        Sink.Dispose();
        Events.Dispose();
    }
}
