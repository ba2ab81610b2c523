using System.Net;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Exchangers;

/// <summary>One address of one mail exchanger.</summary>
/// <param name="Host">Its name, or for mail to an address literal that literal with its brackets.</param>
/// <param name="Address">One of the host's addresses.</param>
readonly record struct Destination(string Host, IPAddress Address);

/// <summary>Where a domain's mail goes: addresses in the order in which they are tried, or why there is none.</summary>
sealed record MailRoute(IReadOnlyList<Destination> Destinations, Outcome? Failure)
{
    /// <summary>There may be exchangers besides these: beyond a limit of ours, or with an address that is not known now.</summary>
    public bool LeavesOut { get; init; }

    public static MailRoute None(Outcome failure) => new([], failure);
}
