namespace Posthouse.Gateway.Model;

/// <summary>One entry of <c>[list]</c>: addresses, domains, or <c>user:secret</c> logins.</summary>
public sealed class AddressList
{
    public AddressList(string id, IEnumerable<string> entries)
    {
        Id = id;
        _ = entries;
    }

    public string Id { get; }

    /// <summary>Whether the value stands in the list; domains, and the domain part of addresses, compare without case.</summary>
    public bool Contains(string value) => throw new NotImplementedException();

    /// <summary>Checks a login against a <c>user:secret</c> entry in constant time; null where the list has no such user.</summary>
    public bool? CheckLogin(string user, ReadOnlySpan<byte> secret) => throw new NotImplementedException();
}
