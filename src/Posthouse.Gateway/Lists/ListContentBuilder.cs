using System.Security.Cryptography;
using System.Text;
using Posthouse.Gateway.Secrets;

namespace Posthouse.Gateway.Lists;

/// <summary>Takes entries one by one.</summary>
sealed class ListContentBuilder
{
    /// <summary>A login tries each of its secrets, and hashes are slow.</summary>
    const int MostSecrets = 16;

    readonly EntryPages _members = new();
    readonly EntryPages _logins = new();
    readonly NetworkSet _networks = new();
    readonly byte[] _key = KeyedSecret.NewKey();
    StoredSecret? _decoy;

    /// <summary>Adds an entry without <see cref="EntrySyntax.Fault"/>. An empty one says nothing.</summary>
    public void Add(ReadOnlySpan<char> entry)
    {
        var colon = EntrySyntax.LoginColon(entry);
        if (colon > 0)
            AddLogin(entry[..colon], entry[(colon + 1)..]);
        else if (!_networks.TryAdd(entry))
            AddMember(entry);
    }

    /// <summary>Null where a user has more secrets than may be.</summary>
    public ListContent? Build()
    {
        _members.Trim();
        _logins.Trim();
        _networks.Seal();
        var logins = new EntryTable(_logins, MostSecrets);
        return logins.LeftOut ? null : new ListContent(new EntryTable(_members, 1), _networks, logins, _key, _decoy);
    }

    /// <summary>Why <see cref="Build"/> gave nothing.</summary>
    public static string TooManySecrets => $"a user has more than {MostSecrets} secrets";

    void AddMember(ReadOnlySpan<char> entry)
    {
        Span<byte> key = stackalloc byte[entry.Length * 3];
        if (EntryText.WriteMember(entry, key) is > 0 and var length)
            _members.Add(key[..length], []);
    }

    void AddLogin(ReadOnlySpan<char> user, ReadOnlySpan<char> written)
    {
        Span<byte> key = stackalloc byte[user.Length * 3];
        if (EntryText.WriteUser(user, key) is not (> 0 and var length))
            return;
        Span<byte> value = stackalloc byte[1 + Math.Max(written.Length * 3, KeyedSecret.Size)];
        if (SecretScheme.TryPlain(written, out var plain))
        {
            Span<byte> secret = stackalloc byte[plain.Length * 3];
            var octets = secret[..Encoding.UTF8.GetBytes(plain, secret)];
            value[0] = ListContent.PlainSecret;
            KeyedSecret.Digest(_key, octets, value[1..]);
            CryptographicOperations.ZeroMemory(octets);
            _logins.Add(key[..length], value[..(1 + KeyedSecret.Size)]);
            return;
        }
        value[0] = ListContent.HashedSecret;
        var hash = Encoding.UTF8.GetBytes(written, value[1..]);
        _logins.Add(key[..length], value[..(1 + hash)]);
        if (_decoy is null && SecretScheme.Read(written, out _) is { IsSlow: true } slow)
            _decoy = slow;
    }
}
