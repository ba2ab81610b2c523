using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Answers;

/// <summary>What a host says to a question.</summary>
public enum AnswerKind
{
    /// <summary>It exists, or the login is right.</summary>
    Yes,

    /// <summary>It does not exist, or the login is wrong: the host said so.</summary>
    No,

    /// <summary>The mailbox exists and has no room.</summary>
    Full,

    /// <summary>The host will not take mail for it now, for a reason of its own.</summary>
    Refused,

    /// <summary>No answer could be had. Never kept, never taken for a no.</summary>
    Unavailable,
}

/// <summary>Where an answer comes from.</summary>
public enum AnswerSource
{
    /// <summary>The host was asked.</summary>
    Host,

    /// <summary>A cache of the host's earlier answers.</summary>
    Cache,

    /// <summary>Decided here, without a question to the host.</summary>
    Local,
}

/// <summary>An answer to a lookup.</summary>
public sealed record Answer
{
    /// <summary>The answer itself.</summary>
    public required AnswerKind Kind { get; init; }

    /// <summary>Where it comes from.</summary>
    public AnswerSource Source { get; init; } = AnswerSource.Host;

    /// <summary>
    /// The host's reply, where the answer comes from the host now (SMTP and LMTP); a kept one has none but for VRFY and EXPN.
    /// </summary>
    public Reply? Reply { get; init; }

    /// <summary>The lines of a VRFY or EXPN that said yes.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>For an operator: what was expected, what came, which setting governs it. Sanitised; names no secret.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// An <see cref="AnswerKind.Unavailable"/> that was given at once, since as many wait for the host as may
    /// (<see cref="Definition.RemoteHostOptions.Concurrency"/>).
    /// </summary>
    public bool IsLineFull { get; init; }

    /// <summary>An <see cref="AnswerKind.Unavailable"/> with its reason.</summary>
    public static Answer Unavailable(string reason, Reply? reply = null) =>
        new() { Kind = AnswerKind.Unavailable, Reason = reason, Reply = reply };
}

static class AnswerKindNames
{
    /// <summary>As metrics name it.</summary>
    public static string Name(this AnswerKind kind) => kind switch
    {
        AnswerKind.Yes => "yes",
        AnswerKind.No => "no",
        AnswerKind.Full => "full",
        AnswerKind.Refused => "refused",
        _ => "unavailable",
    };
}
