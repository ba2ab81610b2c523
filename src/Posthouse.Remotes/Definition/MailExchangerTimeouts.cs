namespace Posthouse.Remotes.Definition;

/// <summary>Deadlines toward a mail exchanger, each above zero and at most 24 days; the defaults are those of RFC 5321 section 4.5.3.2 or longer.</summary>
public sealed record MailExchangerTimeouts
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>To connect.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the host's first words.</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to STARTTLS, and again for the handshake, which never has more than 30 seconds.</summary>
    public TimeSpan Tls { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>For the reply to each EHLO or HELO.</summary>
    public TimeSpan Hello { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to MAIL.</summary>
    public TimeSpan Mail { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to each RCPT.</summary>
    public TimeSpan Recipient { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to DATA, for each block of the body and for the reply to the final dot.</summary>
    public TimeSpan Data { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>All that may pass before the first request: connect, greeting, EHLO twice, STARTTLS and handshake.</summary>
    internal TimeSpan Establishment
    {
        get
        {
            // A little more, so that a step's own deadline comes first and names itself.
            var ticks = (Connect.Ticks + Greeting.Ticks + (2 * Hello.Ticks) + (2 * Tls.Ticks)) * 1.1;
            return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
        }
    }

    internal RemoteTimeouts AsSteps => new()
    {
        Connect = Connect,
        Greeting = Greeting,
        Tls = Tls,
        Hello = Hello,
        Mail = Mail,
        Recipient = Recipient,
        Command = Data,
        Data = Data,
        Dot = Data,
    };
}
