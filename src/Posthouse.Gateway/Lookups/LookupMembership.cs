using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Lookups;

/// <summary>A name in an <c>in-list</c> condition.</summary>
sealed class LookupMembership(LookupDirectory directory, LookupTarget target) : IMembership
{
    // A list is the same for good, and a rule asks often.
    readonly ILookup? _list = target.List is null ? null : directory.Find(target);

    public string Name { get; } = target.ToString();

    public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) =>
        (_list ?? directory.Find(target)).ContainsAsync(value, cancellationToken);
}
