using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;
using DnsClient.Protocol;
using Posthouse.Gateway.Model;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Resolving;

/// <summary>DNS as mail needs it: name servers behind a cache for each type of record.</summary>
sealed class MailDns : IMailDns
{
    readonly DnsCache<ExchangerRecord> _exchangers;
    readonly DnsCache<IPAddress> _v4;
    readonly DnsCache<IPAddress> _v6;

    public MailDns(Func<ResolverModel> model, TimeProvider time)
    {
        var client = new NameServerClient(new NameServerList(model, time), time);
        _exchangers = new(name => client.AskAsync<ExchangerRecord>(name, QueryType.MX, ReadExchanger, static exchanger => exchanger.Preference), time);
        _v4 = new(name => client.AskAsync<IPAddress>(name, QueryType.A, ReadAddress, static _ => 0), time);
        _v6 = new(name => client.AskAsync<IPAddress>(name, QueryType.AAAA, ReadAddress, static _ => 0), time);
    }

    public Task<DnsAnswer<ExchangerRecord>> FindExchangersAsync(string domain, CancellationToken cancellationToken) =>
        _exchangers.FindAsync(domain, cancellationToken);

    public Task<DnsAnswer<IPAddress>> FindAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken) =>
        (family == AddressFamily.InterNetwork ? _v4 : _v6).FindAsync(host, cancellationToken);

    static bool ReadExchanger(DnsResourceRecord record, out ExchangerRecord exchanger)
    {
        exchanger = default;
        if (record is not MxRecord mx)
            return false;
        var host = mx.Exchange.Value.TrimEnd('.');
        // What is no host name has no address that mail could go to.
        var isHost = host.Length == 0 || (host[0] != '[' && HelloName.TryParse(Encoding.UTF8.GetBytes(host), out host));
        exchanger = new ExchangerRecord(mx.Preference, host);
        return isHost;
    }

    static bool ReadAddress(DnsResourceRecord record, out IPAddress address)
    {
        address = (record as AddressRecord)?.Address!;
        return address is not null;
    }
}
