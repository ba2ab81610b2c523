using System.Text;
using Posthouse.Gateway.Secrets;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// What a list holds, or one of its files: members (addresses, domains), networks and logins, packed. A secret that was written as it
/// is stands here as a digest under a key of this content alone, and a login is no member: who may ask whether an address is listed
/// cannot try secrets that way.
/// </summary>
sealed class ListContent(EntryTable members, NetworkSet networks, EntryTable logins, byte[] key, StoredSecret? decoy)
{
    // As old as the content, so that a changed file begins with none.
    readonly KnownSecrets _known = new();

    internal const byte PlainSecret = 0;
    internal const byte HashedSecret = 1;

    public static ListContent Empty { get; } = new ListContentBuilder().Build()!;

    public int Count => members.Count + networks.Count + logins.Count;

    public bool HasLogins => logins.Count > 0;

    /// <summary>The hash that a check of an unknown user is made with; null where no secret here is slow to check.</summary>
    public StoredSecret? Decoy => decoy;

    public bool Contains(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.Length > EntryText.MostCharacters)
            return false;
        if (members.Count > 0)
        {
            Span<byte> octets = stackalloc byte[value.Length * 3];
            if (EntryText.WriteMember(value, octets) is > 0 and var length && members.Contains(octets[..length]))
                return true;
        }
        return networks.Contains(value);
    }

    /// <summary>Adds the secrets of a user.</summary>
    public void AddSecrets(string user, List<StoredSecret> secrets)
    {
        if (logins.Count == 0 || user.Length > EntryText.MostCharacters)
            return;
        Span<byte> octets = stackalloc byte[user.Length * 3];
        ReadOnlySpan<byte> name = octets[..EntryText.WriteUser(user, octets)];
        for (var slot = logins.Find(name, after: null); slot is { } found; slot = logins.Find(name, found))
        {
            var value = logins.ValueAt(found);
            if (value[0] == PlainSecret)
                secrets.Add(new KeyedSecret(key, value[1..].ToArray()));
            else if (SecretScheme.Read(Encoding.UTF8.GetString(value[1..]), out _) is { } hashed)
                secrets.Add(hashed.IsSlow ? new RememberedSecret(hashed, user, _known) : hashed);
        }
    }
}
