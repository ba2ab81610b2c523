using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Posthouse.Gateway.Resolving;

/// <summary>A record as its value; false = it is of another type, or makes no sense.</summary>
delegate bool DnsRecordReader<T>(DnsResourceRecord record, out T value);

/// <summary>
/// Asks name servers in turn until one knows. By TCP (RFC 7766), since the library takes an answer by UDP from whoever sends one, and a
/// forged MX record would have the mail; by UDP only where a server has no TCP.
/// </summary>
sealed class NameServerClient(NameServerList servers, TimeProvider time)
{
    /// <summary>An answer of more records is cut, behind the best: nobody tries that many hosts.</summary>
    internal const int MaxRecords = 64;

    /// <summary>Connections that a server may have closed behind our back; the library keeps each for five seconds.</summary>
    const int MostStale = 20;

    /// <summary>For all servers together.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    static readonly TimeSpan LongestPositive = TimeSpan.FromDays(1);

    /// <summary>RFC 2308 section 5 finds one to three hours sensible.</summary>
    static readonly TimeSpan LongestNegative = TimeSpan.FromHours(1);

    static readonly DnsQueryOptions Tcp = Options(tcp: true);
    static readonly DnsQueryOptions Udp = Options(tcp: false);

    readonly LookupClient _client = new(new LookupClientOptions { AutoResolveNameServers = false, UseCache = false });

    /// <summary>Never throws.</summary>
    /// <param name="name">ASCII, without a trailing dot.</param>
    /// <param name="type">Of the records.</param>
    /// <param name="read">Reads each record of the answer.</param>
    /// <param name="rank">The best have the lowest.</param>
    public async Task<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, DnsRecordReader<T> read, Func<T, int> rank)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        var failures = new List<string>();
        try
        {
            foreach (var server in servers.Current)
            {
                var (response, failure) = await AskAsync(server, new DnsQuestion($"{name}.", type), limit.Token);
                if (response is not null && Read(response, type, read, rank, out failure) is { } answer)
                    return answer;
                failures.Add($"{server.Address}: {failure}");
            }
        }
        catch (Exception e)
        {
            // Whatever the library makes of what a stranger's server says, it is no answer.
            failures.Add(limit.IsCancellationRequested ? $"no answer within {Longest.TotalSeconds:0}s" : e.GetType().Name);
        }
        return DnsAnswer<T>.Unavailable(failures.Count > 0 ? string.Join("; ", failures.Take(3)) : "the system has no name server, and resolver.address names none");
    }

    async Task<(IDnsQueryResponse? Response, string Failure)> AskAsync(NameServer server, DnsQuestion question, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var since = time.GetTimestamp();
            var (response, failure, isOfNetwork) = await AskAsync(server, question, Tcp, cancellationToken);
            if (response is not null || cancellationToken.IsCancellationRequested)
                return (response, failure);
            // The library keeps connections, and finds one at a time that the server has closed meanwhile.
            if (!isOfNetwork && tries < MostStale && time.GetElapsedTime(since) < Tcp.Timeout)
                continue;
            if (tries == MostStale)
                return (null, failure);
            var byUdp = await AskAsync(server, question, Udp, cancellationToken);
            return byUdp.Response is not null ? (byUdp.Response, "") : (null, failure);
        }
    }

    async Task<(IDnsQueryResponse? Response, string Failure, bool IsOfNetwork)> AskAsync(
        NameServer server, DnsQuestion question, DnsQueryOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.QueryServerAsync([server], question, options, cancellationToken), "", false);
        }
        catch (Exception e) when (e is DnsResponseException or DnsResponseParseException or OperationCanceledException)
        {
            return e.InnerException is SocketException refusal
                ? (null, new SocketException(refusal.ErrorCode).Message, true)
                : (null, e is DnsResponseParseException ? "an answer that cannot be read" : "no answer", false);
        }
    }

    static DnsAnswer<T>? Read<T>(IDnsQueryResponse response, QueryType type, DnsRecordReader<T> read, Func<T, int> rank, out string failure)
    {
        failure = "";
        var header = response.Header;
        var authority = response.Authorities.OfType<SoaRecord>().FirstOrDefault();
        if (header.ResponseCode is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
        {
            failure = NameOf(header.ResponseCode);
            return null;
        }
        // No message has more octets than 65,535, which bounds them.
        var records = new List<T>();
        foreach (var record in response.Answers)
        {
            if (read(record, out var value))
                records.Add(value);
        }
        if (header.ResponseCode == DnsHeaderResponseCode.NoError && (records.Count > 0 || response.Answers.Any(record => (int)record.RecordType == (int)type)))
        {
            var life = TimeSpan.FromSeconds(response.Answers.Min(record => Math.Max(0, record.InitialTimeToLive)));
            if (records.Count > MaxRecords)
                records = [.. records.OrderBy(rank).Take(MaxRecords)];
            return new DnsAnswer<T>(records.Count > 0 ? DnsFinding.Found : DnsFinding.Senseless, records, life < LongestPositive ? life : LongestPositive);
        }
        // A server that only points to others (RFC 1034 section 4.3.1) knows nothing of the name.
        if (authority is null && !header.HasAuthorityAnswer && !header.RecursionAvailable)
        {
            failure = "it does not ask other servers (recursion), and is not the domain's own";
            return null;
        }
        // Without a SOA it is not to be kept (RFC 2308 section 5).
        var negative = authority is null ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min((uint)Math.Max(0, authority.InitialTimeToLive), authority.Minimum));
        return new DnsAnswer<T>(
            header.ResponseCode == DnsHeaderResponseCode.NoError ? DnsFinding.Empty : DnsFinding.NoSuchName, [], negative < LongestNegative ? negative : LongestNegative);
    }

    static string NameOf(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.Refused => "REFUSED",
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        _ => $"response code {(int)code}",
    };

    static DnsQueryOptions Options(bool tcp) => new()
    {
        UseTcpOnly = tcp,
        UseCache = false,
        ThrowDnsErrors = false,
        ContinueOnDnsError = false,
        ContinueOnEmptyResponse = false,
        Recursion = true,
        Retries = tcp ? 0 : 1,
        Timeout = TimeSpan.FromSeconds(tcp ? 4 : 2),
    };
}
