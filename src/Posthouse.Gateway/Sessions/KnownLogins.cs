using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Gateway.Sessions;

/// <summary>
/// The user names that have logged in, the latest ten thousand: only these are written in a log when a login is refused. People type passwords
/// where a name belongs, so any other name is shown as a mark, which is the same for the same name until the gateway ends. Safe for concurrent use.
/// </summary>
sealed class KnownLogins
{
    const int Most = 10_000;
    const int MarkOctets = 4;

    readonly Lock _gate = new();
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly HashSet<string> _names = new(StringComparer.Ordinal);
    readonly Queue<string> _inOrder = new();

    public void Add(string user)
    {
        lock (_gate)
        {
            if (!_names.Add(user))
                return;
            _inOrder.Enqueue(user);
            if (_inOrder.Count > Most)
                _names.Remove(_inOrder.Dequeue());
        }
    }

    public bool Contains(string user)
    {
        lock (_gate)
            return _names.Contains(user);
    }

    /// <summary>What stands in a log for a name: itself where it is known to be one.</summary>
    public string Shown(string user) => Contains(user) ? user : MarkOf(user);

    /// <summary>What stands in a log for a name that is not known.</summary>
    public string MarkOf(string user) =>
        $"unknown#{Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(user)).AsSpan(0, MarkOctets))}";
}
