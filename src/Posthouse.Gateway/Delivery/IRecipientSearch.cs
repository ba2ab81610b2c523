using Posthouse.Gateway.Rules;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Delivery;

/// <summary>Where a recipient was found.</summary>
/// <param name="Remote">The remote that knows it; null = none does.</param>
/// <param name="IsElsewhere">It is none of this gateway's own, so that its mail servers are asked.</param>
readonly record struct RecipientPlace(string? Remote, bool IsElsewhere);

/// <summary>
/// Asks for a recipient as a session would. By lookup that is its way, and no session has asked about the recipient of a report, nor about
/// this host's own Postmaster.
/// </summary>
interface IRecipientSearch
{
    /// <summary>Unavailable where it cannot be told now.</summary>
    ValueTask<Evaluation<RecipientPlace>> FindAsync(Mailbox mailbox, IRuleSubject subject, CancellationToken cancellationToken);
}
