using Posthouse.Gateway.Lists;
using Posthouse.Gateway.Secrets;

namespace Posthouse.Gateway.Model;

/// <summary>One entry of <c>[list]</c>: addresses, domains, networks, or <c>user:secret</c> logins.</summary>
/// <remarks>What it has from files follows them: each change swaps in all of a file at once.</remarks>
public sealed class AddressList
{
    readonly ListPart[] _parts;

    /// <summary>A list that never changes. <see cref="ArgumentException"/> where an entry cannot stand in one.</summary>
    public AddressList(string id, IEnumerable<string> entries)
        : this([new ListPart(Build(entries))], id)
    {
    }

    AddressList(ListPart[] parts, string id)
    {
        Id = id;
        _parts = parts;
    }

    public string Id { get; }

    /// <summary>Entries in force.</summary>
    public int Count => _parts.Sum(part => part.Content.Count);

    internal static AddressList Of(string id, IEnumerable<ListPart> parts) => new([.. parts], id);

    internal IReadOnlyList<ListPart> Parts => _parts;

    /// <summary>Whether the value stands in the list; domains, and the domain part of addresses, compare without case, and an IP address
    /// also stands in each network that it lies in.</summary>
    public bool Contains(string value)
    {
        foreach (var part in _parts)
        {
            if (part.Content.Contains(value))
                return true;
        }
        return false;
    }

    /// <summary>What to check a user's secret against.</summary>
    internal ListedLogin Login(string user)
    {
        List<StoredSecret> secrets = [];
        StoredSecret? decoy = null;
        foreach (var part in _parts)
        {
            var content = part.Content;
            content.AddSecrets(user, secrets);
            decoy ??= content.Decoy;
        }
        return new ListedLogin(secrets, secrets.Exists(static secret => secret.IsSlow) ? null : decoy);
    }

    static ListContent Build(IEnumerable<string> entries)
    {
        var builder = new ListContentBuilder();
        foreach (var entry in entries)
        {
            if (EntrySyntax.Fault(entry) is { } fault)
                throw new ArgumentException(fault, nameof(entries));
            builder.Add(entry);
        }
        return builder.Build() ?? throw new ArgumentException(ListContentBuilder.TooManySecrets, nameof(entries));
    }
}
