using System.Diagnostics.CodeAnalysis;
using Posthouse.Gateway.Delivery;

namespace Posthouse.Gateway.Exchangers;

/// <summary>Hops of two kinds under one roof.</summary>
sealed class AllHops(IHops exchangers, IHops remotes) : IHops
{
    public bool TryGet(string id, [NotNullWhen(true)] out IHop? hop) => exchangers.TryGet(id, out hop) || remotes.TryGet(id, out hop);

    public IEnumerable<string> Names => [.. remotes.Names, .. exchangers.Names];
}
