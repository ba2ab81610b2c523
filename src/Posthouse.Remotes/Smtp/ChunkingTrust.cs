using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Whether a host that offers CHUNKING is taken at its word. Some offer it and do not know BDAT, or stand behind a box that does not; to those
/// bodies go by DATA from then on, for as long as the host is defined as it is. Nobody needs to set that: the dialect has no key for it.
/// Safe for concurrent use.
/// </summary>
sealed class ChunkingTrust(RemoteHostOptions host, ILogger logger)
{
    const int Unproved = 0, Proved = 1, Lost = 2;

    int _state = host.Chunking ? Unproved : Lost;

    /// <summary>Whether bodies may go by BDAT where it is offered.</summary>
    public bool IsKept => Volatile.Read(ref _state) != Lost;

    /// <summary>The host took a message by BDAT, so that a later failure has other reasons.</summary>
    public void Prove()
    {
        if (Volatile.Read(ref _state) == Unproved)
            Interlocked.CompareExchange(ref _state, Proved, Unproved);
    }

    /// <summary>A conversation failed over BDAT. That is held against a host that never took a message by it.</summary>
    public void Doubt(string reason) => Lose(reason, Unproved);

    /// <summary>
    /// BDAT is unknown to the host, whatever it took before. A code that speaks of something else than the protocol (RFC 3463 x.5.z) speaks of the message.
    /// </summary>
    /// <exception cref="HostUnavailableException">It is. The connection is broken, since the chunk's octets may be read as commands.</exception>
    public static void Require(SmtpConnection connection, Reply reply)
    {
        if (reply is not { Code: >= 500 and <= 504, Enhanced: null or { Subject: 5 } })
            return;
        var reason = $"BDAT: {reply}, though CHUNKING is offered";
        connection.Wire.Break(reason);
        connection.Chunking.Lose(reason, Unproved, Proved);
        throw new HostUnavailableException(reason, Blame.Transport, reply);
    }

    void Lose(string reason, params ReadOnlySpan<int> states)
    {
        foreach (var state in states)
        {
            if (Interlocked.CompareExchange(ref _state, Lost, state) == state)
                RemoteLog.ChunkingLost(logger, host.Id, reason);
        }
    }
}
