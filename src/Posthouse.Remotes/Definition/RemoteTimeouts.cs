namespace Posthouse.Remotes.Definition;

/// <summary>Deadlines of the steps of a conversation, each for the whole of a reply, not for a read; above zero, at most 24 days.</summary>
public sealed record RemoteTimeouts
{
    /// <summary>A reply to a command; null = one minute for lookups, five for relay (RFC 5321 section 4.5.3.2).</summary>
    public TimeSpan? Command { get; init; }

    /// <summary>One block of a body.</summary>
    public TimeSpan Data { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The reply to the final dot.</summary>
    public TimeSpan Dot { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Each connect; null = its share of the whole, as for the three that follow.</summary>
    internal TimeSpan? Connect { get; init; }

    /// <summary>The host's first words.</summary>
    internal TimeSpan? Greeting { get; init; }

    /// <summary>STARTTLS and the handshake, each.</summary>
    internal TimeSpan? Tls { get; init; }

    /// <summary>EHLO or HELO.</summary>
    internal TimeSpan? Hello { get; init; }

    /// <summary>The reply to MAIL; null = that of any command, as for RCPT.</summary>
    internal TimeSpan? Mail { get; init; }

    /// <summary>The reply to a RCPT.</summary>
    internal TimeSpan? Recipient { get; init; }

    /// <summary>The command deadline of lookups.</summary>
    internal TimeSpan LookupCommand => Command ?? TimeSpan.FromMinutes(1);

    /// <summary>The command deadline of relay.</summary>
    internal TimeSpan RelayCommand => Command ?? TimeSpan.FromMinutes(5);
}
