using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Resolving;

namespace Posthouse.Tests.Exchangers;

/// <summary>DNS that a test writes; a name that it does not write does not exist.</summary>
sealed class FakeDns : IMailDns
{
    readonly ConcurrentDictionary<string, DnsAnswer<ExchangerRecord>> _exchangers = new();
    readonly ConcurrentDictionary<string, IPAddress[]> _addresses = new();
    readonly ConcurrentDictionary<(string, AddressFamily), string> _failures = new();

    internal ConcurrentQueue<string> Asked { get; } = new();

    internal FakeDns Mx(string domain, params (int Preference, string Host)[] records)
    {
        _exchangers[domain] = new DnsAnswer<ExchangerRecord>(
            DnsFinding.Found, [.. records.Select(record => new ExchangerRecord(record.Preference, record.Host))], TimeSpan.FromHours(1));
        return this;
    }

    internal FakeDns NoMx(string domain, DnsFinding finding)
    {
        _exchangers[domain] = new DnsAnswer<ExchangerRecord>(finding, [], TimeSpan.Zero, "SERVFAIL");
        return this;
    }

    internal FakeDns Host(string host, params string[] addresses)
    {
        _addresses[host] = [.. addresses.Select(IPAddress.Parse)];
        return this;
    }

    internal FakeDns Fails(string host, AddressFamily family)
    {
        _failures[(host, family)] = "SERVFAIL";
        return this;
    }

    public Task<DnsAnswer<ExchangerRecord>> FindExchangersAsync(string domain, CancellationToken cancellationToken)
    {
        Asked.Enqueue(domain);
        return Task.FromResult(_exchangers.TryGetValue(domain, out var answer) ? answer : new(DnsFinding.NoSuchName, [], TimeSpan.Zero));
    }

    public Task<DnsAnswer<IPAddress>> FindAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        if (_failures.TryGetValue((host, family), out var reason))
            return Task.FromResult(DnsAnswer<IPAddress>.Unavailable(reason));
        if (!_addresses.TryGetValue(host, out var addresses))
            return Task.FromResult(new DnsAnswer<IPAddress>(DnsFinding.NoSuchName, [], TimeSpan.Zero));
        var ofFamily = Array.FindAll(addresses, address => address.AddressFamily == family);
        return Task.FromResult(new DnsAnswer<IPAddress>(ofFamily.Length > 0 ? DnsFinding.Found : DnsFinding.Empty, ofFamily, TimeSpan.Zero));
    }
}
