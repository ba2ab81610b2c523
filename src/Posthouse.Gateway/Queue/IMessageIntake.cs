using System.Net;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Relaying;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Queue;

/// <summary>How the queue answers a message.</summary>
public enum IntakeResult
{
    /// <summary>On disk: it will not be lost.</summary>
    Committed,

    /// <summary>No room: 452 4.3.1.</summary>
    NoSpace,

    /// <summary>The store failed: 451 4.3.0.</summary>
    Failed,

    /// <summary>As much of it waits as may (<c>queue.quota</c>): 452 4.3.1.</summary>
    OverQuota,

    /// <summary>It is larger than all that may wait at a time, so that it will never be taken: 552 5.3.4.</summary>
    TooBig,

    /// <summary>Whether it may wait depends on a host that does not answer: 451 4.4.3.</summary>
    Undecided,
}

/// <summary>Where a session hands its messages. What it has committed is not lost.</summary>
public interface IMessageIntake
{
    /// <summary>What a message of this size would be told now, asked at MAIL; size 0 = not known.</summary>
    IntakeResult Probe(long size);

    /// <summary>Begins a message.</summary>
    IIncomingMessage Begin();
}

/// <summary>A message on its way in. Disposed without a commit, it leaves nothing behind.</summary>
public interface IIncomingMessage : IAsyncDisposable
{
    /// <summary>The id it will be known by; printable, at most 32 characters.</summary>
    string QueueId { get; }

    /// <summary>
    /// Appends to the message in its final form (headers of ours first), with bounded memory. A store that fails shows at <see
    /// cref="CommitAsync"/>.
    /// </summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken);

    /// <summary>Makes it durable with all that was written. Once called, it runs to its end.</summary>
    ValueTask<IntakeResult> CommitAsync(MessageEnvelope envelope);
}

/// <summary>What a session knows of a message besides its body.</summary>
/// <param name="Mail">Reverse-path and parameters.</param>
/// <param name="Recipients">At least one.</param>
/// <param name="Origin">Where it came from, for rules, traces and reports.</param>
public sealed record MessageEnvelope(MailCommand Mail, IReadOnlyList<RcptCommand> Recipients, MessageOrigin Origin)
{
    /// <summary>The id of the remote that knew each recipient, by its place; null, or beyond the end, where none was asked.</summary>
    public IReadOnlyList<string?> FoundAt { get; init; } = [];

    /// <summary>The remote that knew a recipient.</summary>
    /// <param name="ordinal">The recipient's place.</param>
    public string? RemoteOf(int ordinal) => ordinal < FoundAt.Count ? FoundAt[ordinal] : null;

    /// <summary>The attempt that was made for each recipient while its client waited, by its place; null, or beyond the end, where none was.</summary>
    public IReadOnlyList<EarlierAttempt?> Earlier { get; init; } = [];

    /// <summary>The attempt that was made for a recipient before the message was queued; null = none.</summary>
    /// <param name="ordinal">The recipient's place.</param>
    public EarlierAttempt? EarlierOf(int ordinal) => ordinal < Earlier.Count ? Earlier[ordinal] : null;

    /// <summary>
    /// Somebody has, or may have, a part of the message already, so that a client who is told to come again would bring it twice: no quota refuses the rest.
    /// </summary>
    public bool IsPartlyDelivered { get; init; }
}

/// <summary>An attempt that left a recipient to the queue.</summary>
/// <param name="Due">When the next may be made.</param>
/// <param name="MaybeDelivered">The host may have the message although no reply came.</param>
/// <param name="Reply">The last word on it, sanitised.</param>
public sealed record EarlierAttempt(DateTimeOffset Due, bool MaybeDelivered, string Reply)
{
    /// <summary>The hop at which it was; null = not known. Not on disk.</summary>
    public string? Hop { get; init; }

    /// <summary>
    /// The hop's own word, where it may still come: no other attempt is made before that. Not on disk, so that a restart goes by <see cref="Due"/>.
    /// </summary>
    public LateWord? Late { get; init; }
}

/// <summary>Where a message came from.</summary>
public sealed record MessageOrigin
{
    public string Listener { get; init; } = "";
    public IPAddress? RemoteIp { get; init; }
    public IPAddress? LocalIp { get; init; }

    /// <summary>0 = not known, as of a message that an earlier Posthouse has queued.</summary>
    public int RemotePort { get; init; }
    public int LocalPort { get; init; }
    public bool IsTls { get; init; }

    /// <summary>Whether the client said EHLO or LHLO rather than HELO.</summary>
    public bool IsExtended { get; init; } = true;
    public string HeloDomain { get; init; } = "";
    public string AuthenticatedAs { get; init; } = "";
    public DateTimeOffset Received { get; init; }

    /// <summary>The client as a host may be told of it; null where it has no address.</summary>
    public ClientIdentity? Client() => RemoteIp is not { } address || address.Equals(IPAddress.None) ? null : new ClientIdentity(address, RemotePort)
    {
        LocalAddress = LocalIp is { } local && !local.Equals(IPAddress.None) ? local : null,
        LocalPort = LocalPort,
        HelloName = HeloDomain.Length > 0 ? HeloDomain : null,
        IsExtended = IsExtended,
        Login = AuthenticatedAs.Length > 0 ? AuthenticatedAs : null,
    };
}
