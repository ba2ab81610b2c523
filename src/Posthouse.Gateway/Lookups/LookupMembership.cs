using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Lookups;

/// <summary>A name in an <c>in-list</c> condition.</summary>
sealed class LookupMembership(LookupDirectory directory, LookupTarget target) : IMembership
{
    public string Name { get; } = target.ToString();

    public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) =>
        directory.Find(target).ContainsAsync(value, cancellationToken);
}
