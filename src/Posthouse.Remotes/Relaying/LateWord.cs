using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Relaying;

/// <summary>
/// What a host still owes to a message that it has in full: its last word on those recipients whose sender could not be kept waiting any longer. It holds the
/// connection until the word is in, the host's own deadline for it passes (<c>timeouts.dot</c>), the host is disposed, or it is given up.
/// </summary>
public sealed class LateWord
{
    readonly Task<IReadOnlyDictionary<Mailbox, Outcome>> _outcomes;
    readonly Action _giveUp;

    /// <param name="outcomes">Ends in bounded time, and does not fail.</param>
    /// <param name="giveUp">Has it end at once.</param>
    internal LateWord(Task<IReadOnlyDictionary<Mailbox, Outcome>> outcomes, Action giveUp) => (_outcomes, _giveUp) = (outcomes, giveUp);

    /// <summary>
    /// An outcome for each recipient that was open, once all are in; temporary and <see cref="Outcome.MaybeDelivered"/> where no word came. A cancellation gives it
    /// up.
    /// </summary>
    public async Task<IReadOnlyDictionary<Mailbox, Outcome>> WaitAsync(CancellationToken cancellationToken)
    {
        await using var giveUp = cancellationToken.UnsafeRegister(static word => ((LateWord)word!).GiveUp(), this);
        return await _outcomes;
    }

    /// <summary>Nobody waits for it: the connection closes.</summary>
    public void GiveUp() => _giveUp();
}
