namespace Posthouse.Ledger.Replay;

enum FileAct
{
    Create,
    Write,
    Truncate,
    Sync,
    SyncFolder,
    Remove,
}

/// <summary>What the gateway did to a file of its queue.</summary>
/// <param name="Time">Seconds since 1970, at its begin.</param>
/// <param name="Act">What.</param>
/// <param name="File">Name in the queue's folder.</param>
/// <param name="Offset">Of a write; the length of a truncation.</param>
/// <param name="Octets">Of a write.</param>
readonly record struct Syscall(double Time, FileAct Act, string File, long Offset, byte[] Octets);
