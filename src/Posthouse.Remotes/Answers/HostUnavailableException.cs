using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Answers;

/// <summary>
/// No answer can be had from a host. Thrown where a connection fails, turned into an answer in one place by the lookups and in one
/// by the relay. The message is for an operator and names no secret.
/// </summary>
class HostUnavailableException(string reason, Blame blame = Blame.Transport, Reply? reply = null, Exception? cause = null)
    : Exception(reason, cause)
{
    public Blame Blame { get; } = blame;

    /// <summary>The host's last reply, where it gave one.</summary>
    public Reply? Reply { get; } = reply;

    /// <summary>The host was not tried at all, since its breaker is open.</summary>
    public bool IsUntried { get; init; }

    /// <summary>The host was reached, and its greeting was that it will not have this connection.</summary>
    public bool IsTurnedAway { get; init; }

    /// <summary>It said that it takes no mail at all (521, RFC 7504 section 3), here or in the failure that this one tells of.</summary>
    public bool TakesNoMail
    {
        get => field || InnerException is HostUnavailableException { TakesNoMail: true };
        init;
    }

    /// <summary>The same for another who throws it.</summary>
    public virtual HostUnavailableException Anew() => new(Message, Blame, Reply, this) { IsUntried = IsUntried };

    /// <summary>Whether it was TLS that could not be had, here or in the failure that this one tells of.</summary>
    public virtual bool IsOfTls => InnerException is HostUnavailableException { IsOfTls: true };
}

/// <summary>The handshake failed, or what the host showed in it is not accepted.</summary>
sealed class TlsFailedException(string reason, Exception? cause = null) : HostUnavailableException(reason, cause: cause)
{
    public override bool IsOfTls => true;
}

/// <summary>
/// The host closed the connection, or said that it is about to. On a pooled connection the question may be asked once more.
/// </summary>
sealed class ConnectionLostException(string reason, Reply? reply = null, Exception? cause = null)
    : HostUnavailableException(reason, Blame.Transport, reply, cause);

/// <summary>
/// All connections to the host were in use until the caller's patience ended, or so many waited for one already that no more may: the host may
/// well be reachable.
/// </summary>
sealed class HostBusyException(string reason, bool isLineFull = false) : HostUnavailableException(reason)
{
    /// <summary>Nothing was waited for.</summary>
    public bool IsLineFull { get; } = isLineFull;

    public override HostUnavailableException Anew() => new HostBusyException(Message, IsLineFull);
}
