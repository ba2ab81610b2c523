using System.Globalization;
using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Resolving;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Exchangers;

/// <summary>
/// Finds the exchangers of a domain (RFC 5321 section 5.1): (1) an address literal is its own; (2) MX records, or without any the domain
/// itself; (3) by preference, those of equal preference in a random order; (4) their addresses; (5) what leads back to this gateway is left
/// out, and all that is not preferred to it; (6) as many as the limits allow.
/// </summary>
sealed class RouteFinder(IMailDns dns, OwnPlaces own, Random random)
{
    /// <summary>Hosts whose addresses are asked for; no domain needs more, and a stranger's record must not make us ask a thousand questions.</summary>
    const int MostConsidered = 20;

    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <param name="domain">As a recipient has it: in lower case, perhaps in UTF-8, or an address literal.</param>
    /// <param name="terms">What applies to the recipient.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<MailRoute> FindAsync(string domain, RouteTerms terms, CancellationToken cancellationToken)
    {
        // 1.
        if (domain.StartsWith('['))
            return OfLiteral(domain);

        // 2.
        if (!TryEncode(domain, out var name))
            return MailRoute.None(MxOutcomes.Never(550, 1, 2, $"the domain {domain} cannot be looked up in DNS"));
        var answer = await dns.FindExchangersAsync(name, cancellationToken);
        var records = answer.Records.Where(static record => record.Host.Length > 0).ToArray();
        if (answer.Finding == DnsFinding.Unavailable)
            return MailRoute.None(MxOutcomes.NotNow(4, 3, $"DNS does not tell the mail exchangers of {domain}: {answer.Reason}"));
        if (answer.Finding == DnsFinding.NoSuchName)
            return MailRoute.None(MxOutcomes.Never(550, 1, 2, $"there is no domain {domain}"));
        if (answer.Finding == DnsFinding.Senseless)
            return MailRoute.None(MxOutcomes.Never(550, 4, 4, $"no mail exchanger of {domain} has a host name"));
        if (answer.Finding == DnsFinding.Found && records.Length == 0)
            return MailRoute.None(MxOutcomes.Never(556, 1, 10, $"the domain {domain} takes no mail (null MX)"));
        if (answer.Finding == DnsFinding.Empty)
            records = [new ExchangerRecord(0, name)];

        // 3. The sort is stable.
        random.Shuffle(records);
        var ordered = records.DistinctBy(static record => record.Host).OrderBy(static record => record.Preference).Take(MostConsidered);

        // 4.
        var hosts = await Task.WhenAll(ordered.Select(record => HostAddresses.FindAsync(dns, record, terms.Strategy, cancellationToken)));

        // 5.
        var ours = hosts.FirstOrDefault(host => own.Has(host.Host.Host, terms.HostName) || host.All.Any(own.Has));
        var others = hosts.Where(host => ours is null || host.Host.Preference < ours.Host.Preference).ToArray();
        if (others.Length == 0)
            return MailRoute.None(Loop(domain));

        // 6.
        var elsewhere = others.Select(host => host with { All = [.. host.All.Where(own.CanBeElsewhere)] }).Where(static host => host.All.Count > 0).ToArray();
        Destination[] destinations =
        [
            .. elsewhere.Take(terms.MaxHosts)
                .SelectMany(host => host.All.Take(terms.MaxAddresses).Select(address => new Destination(host.Host.Host, address))),
        ];
        if (destinations.Length == 0)
            return MailRoute.None(NoAddress(domain, others, terms.Strategy));
        return new MailRoute(destinations, null)
        {
            LeavesOut = records.Length > MostConsidered || elsewhere.Length > terms.MaxHosts || others.Any(static host => host.Failure is not null)
                || (terms.Strategy is IpStrategy.V4Only or IpStrategy.V6Only && elsewhere.Length < others.Length),
        };
    }

    MailRoute OfLiteral(string domain)
    {
        var text = domain.AsSpan(1, domain.Length - 2);
        if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            text = text["IPv6:".Length..];
        if (!AddressText.TryParse(text, out var address) || !HostAddresses.CanBeHost(address) || !own.CanBeElsewhere(address))
            return MailRoute.None(MxOutcomes.Never(550, 1, 2, $"no mail can go to {domain}"));
        return own.Has(address) ? MailRoute.None(Loop(domain)) : new MailRoute([new Destination(domain, address)], null);
    }

    static Outcome Loop(string domain) =>
        MxOutcomes.Never(550, 4, 6, $"mail for {domain} would come back here: this gateway is its best mail exchanger");

    static Outcome NoAddress(string domain, IReadOnlyList<HostAddresses> hosts, IpStrategy strategy)
    {
        if (hosts.FirstOrDefault(static host => host.Failure is not null) is { } unknown)
            return MxOutcomes.NotNow(4, 3, $"DNS does not tell the address of a mail exchanger of {domain}: {unknown.Failure}");
        return strategy is IpStrategy.V4Only or IpStrategy.V6Only
            ? MxOutcomes.OurFault(4, 4, $"no mail exchanger of {domain} has an address of the family that queue.outbound.ip-strategy allows")
            : MxOutcomes.Never(550, 4, 4, $"no mail exchanger of {domain} has an address");
    }

    /// <summary>A U-label as DNS knows it (RFC 5890). False for a name that has no such form.</summary>
    static bool TryEncode(string domain, out string name)
    {
        try
        {
            name = Ascii.IsValid(domain) ? domain : Idn.GetAscii(domain);
            return name.Length is > 0 and <= 253;
        }
        catch (ArgumentException)
        {
            name = "";
            return false;
        }
    }
}
