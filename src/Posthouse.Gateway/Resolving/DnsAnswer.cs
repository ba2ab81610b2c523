namespace Posthouse.Gateway.Resolving;

/// <summary>What DNS says to a question.</summary>
enum DnsFinding
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>There are records, and none of them makes sense. That is not to have none: a domain with such MX records is not its own exchanger (RFC 5321 section 5.1).</summary>
    Senseless,

    /// <summary>The name exists and has no record of the type (RFC 2308 section 2.2).</summary>
    Empty,

    /// <summary>NXDOMAIN: no such name (RFC 2308 section 2.1).</summary>
    NoSuchName,

    /// <summary>Nothing is known now: no answer in time, SERVFAIL, a server that refuses or does not recurse.</summary>
    Unavailable,
}

/// <summary>An answer.</summary>
/// <param name="Finding">Of what kind.</param>
/// <param name="Records">The records, in no particular order; none unless found.</param>
/// <param name="Life">How long it holds, by its TTLs and our bounds.</param>
/// <param name="Reason">Why nothing is known; printable.</param>
sealed record DnsAnswer<T>(DnsFinding Finding, IReadOnlyList<T> Records, TimeSpan Life, string Reason = "")
{
    /// <summary>Long enough for a queue full of one domain not to ask for each message, short enough to see it come back.</summary>
    static readonly TimeSpan LifeOfFailure = TimeSpan.FromSeconds(10);

    public static DnsAnswer<T> Unavailable(string reason) => new(DnsFinding.Unavailable, [], LifeOfFailure, reason);
}

/// <summary>An MX record (RFC 1035 section 3.3.9).</summary>
/// <param name="Preference">The lowest is tried first.</param>
/// <param name="Host">In lower case, without a trailing dot; empty for the root, which says that the domain takes no mail (RFC 7505).</param>
readonly record struct ExchangerRecord(int Preference, string Host);
