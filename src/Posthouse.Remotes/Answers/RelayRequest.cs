using Posthouse.Wire.Commands;

namespace Posthouse.Remotes.Answers;

/// <summary>A message body in its final form: CRLF lines, header first, no dot-stuffing, no bare CR or LF.</summary>
public interface IMessageBody
{
    /// <summary>Octets in all.</summary>
    long Length { get; }

    /// <summary>
    /// The octets in pieces of at most 256 KiB. A piece is valid until the next one is asked for. May be read more than once.
    /// </summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>One message for one or more recipients at one host.</summary>
/// <param name="Mail">Reverse-path and its parameters.</param>
/// <param name="Recipients">At least one.</param>
/// <param name="Body">The message.</param>
public sealed record RelayRequest(MailCommand Mail, IReadOnlyList<RcptCommand> Recipients, IMessageBody Body)
{
    /// <summary>On whose behalf it comes; null = not known. Told to a host that is defined to hear it.</summary>
    public ClientIdentity? Client { get; init; }
}

/// <summary>What became of a message.</summary>
/// <param name="Outcomes">One for each recipient, in order.</param>
public sealed record RelayResult(IReadOnlyList<Outcome> Outcomes)
{
    /// <summary>Nothing was delivered, for the way that the body went; it may go in another at once.</summary>
    internal bool IsForBdat { get; init; }
}
