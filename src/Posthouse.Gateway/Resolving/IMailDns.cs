using System.Net;
using System.Net.Sockets;

namespace Posthouse.Gateway.Resolving;

/// <summary>What mail asks DNS. Nothing is thrown but cancellation: a failure is an answer. Aliases (CNAME) are followed.</summary>
interface IMailDns
{
    /// <summary>The MX records of a domain.</summary>
    /// <param name="domain">ASCII, without a trailing dot; never completed by a search domain.</param>
    /// <param name="cancellationToken">Ends the wait, not the question: others may wait for it too.</param>
    Task<DnsAnswer<ExchangerRecord>> FindExchangersAsync(string domain, CancellationToken cancellationToken);

    /// <summary>The addresses of a host, of one family.</summary>
    /// <param name="host">ASCII, without a trailing dot.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="cancellationToken">Ends the wait, not the question.</param>
    Task<DnsAnswer<IPAddress>> FindAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken);
}
