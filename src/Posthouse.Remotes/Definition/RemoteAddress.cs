using System.Collections;
using System.Runtime.CompilerServices;

namespace Posthouse.Remotes.Definition;

/// <summary>
/// Where a host is: one endpoint, or several of one host. Connections are spread over them, the least busy first and in this order
/// among equals; one that fails is passed over for the next. Compared by value.
/// </summary>
[CollectionBuilder(typeof(RemoteAddress), nameof(Create))]
public sealed class RemoteAddress : IReadOnlyList<RemoteEndpoint>, IEquatable<RemoteAddress>
{
    readonly RemoteEndpoint[] _endpoints;

    RemoteAddress(RemoteEndpoint[] endpoints) => _endpoints = endpoints;

    /// <inheritdoc/>
    public int Count => _endpoints.Length;

    /// <inheritdoc/>
    public RemoteEndpoint this[int index] => _endpoints[index];

    /// <summary>One endpoint: a name or IP literal, without a port.</summary>
    public static implicit operator RemoteAddress(string host) => FromString(host);

    /// <summary>One endpoint: a name or IP literal, without a port.</summary>
    public static RemoteAddress FromString(string host) => new([RemoteEndpoint.Tcp(host)]);

    /// <summary>These endpoints, in this order; at least one.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RemoteAddress Create(ReadOnlySpan<RemoteEndpoint> endpoints) =>
        endpoints.IsEmpty ? throw new ArgumentException("A host has at least one endpoint.", nameof(endpoints)) : new RemoteAddress(endpoints.ToArray());

    /// <inheritdoc/>
    public IEnumerator<RemoteEndpoint> GetEnumerator() => ((IEnumerable<RemoteEndpoint>)_endpoints).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(RemoteAddress? other) => other is not null && _endpoints.AsSpan().SequenceEqual(other._endpoints);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RemoteAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => _endpoints[0].GetHashCode();

    /// <summary>As an operator writes it.</summary>
    public override string ToString() => string.Join(", ", _endpoints.Select(endpoint => endpoint.ToString()));
}
