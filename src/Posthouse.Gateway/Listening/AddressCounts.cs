using System.Net;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Listening;

/// <summary>Connections by client address, over all listeners. An IPv6 client counts by its /64, of which it has every address. Loopback is never bounded.</summary>
sealed class AddressCounts
{
    readonly Lock _lock = new();
    readonly Dictionary<IPAddress, int> _counts = [];

    /// <summary>Counts one more; false where there are <paramref name="limit"/> already (0 = no bound).</summary>
    public bool TryEnter(IPAddress address, int limit)
    {
        if (IPAddress.IsLoopback(address))
            return true;
        var key = ClientNetwork.Of(address);
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(key);
            if (limit > 0 && count >= limit)
                return false;
            _counts[key] = count + 1;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
            return;
        var key = ClientNetwork.Of(address);
        lock (_lock)
        {
            if (_counts[key] == 1)
                _counts.Remove(key);
            else
                _counts[key]--;
        }
    }
}
