using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// Which connections may serve which requests. A pool keeps up to four shelves: with our own login or without, since a user's login
/// needs one without; and apart from each other those that have spoken for a client (XCLIENT) and those that have not, since a check
/// must not be answered as some client would be.
/// </summary>
sealed class Shelves(RemoteHostOptions host)
{
    const int Announced = 2;

    public const int Count = 4;

    /// <summary>Where requests come first on a host of which nothing is known yet; null = on none that keeps connections.</summary>
    public int? Main => host.Protocol != RemoteProtocol.Imap ? Of(RequestClass.Check)
        : IsExclusive(RequestClass.Login) ? null
        : Of(RequestClass.Login);

    public int Of(RequestClass requestClass) =>
        (int)(requestClass != RequestClass.Login && host.Auth is not null ? ConnectionKind.LoggedIn : ConnectionKind.Anonymous)
        + (host.ForwardClient == ForwardClient.XClient && requestClass != RequestClass.Check ? Announced : 0);

    /// <summary>Whether a request of the class may be served by what lies on the shelf.</summary>
    public bool Serves(int shelf, RequestClass requestClass) => Of(requestClass) == shelf && !IsExclusive(requestClass);

    public static ConnectionKind KindOf(int shelf) => (ConnectionKind)(shelf % Announced);

    /// <summary>Whether each request has a connection of its own, made for it and closed after it (PROXY protocol).</summary>
    public bool IsExclusive(RequestClass requestClass) =>
        host.ForwardClient == ForwardClient.ProxyV2 && requestClass != RequestClass.Check;
}
