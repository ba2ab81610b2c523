using System.Globalization;
using System.Text;
using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Definition;

/// <summary>What a definition must keep to. A program that uses the package has no configuration check in front of it.</summary>
static class RemoteHostValidation
{
    // The system's timers end at 49 days.
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    /// <exception cref="ArgumentException">The message names the host, and each property that is wrong with what it must be.</exception>
    public static void ThrowIfInvalid(this RemoteHostOptions host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var faults = Faults(host).OfType<string>().ToList();
        if (faults.Count > 0)
            throw new ArgumentException($"The definition of the remote host '{host.Id}' is not valid: {string.Join("; ", faults)}.", nameof(host));
    }

    static IEnumerable<string?> Faults(RemoteHostOptions host) =>
    [
        Must(!string.IsNullOrWhiteSpace(host.Id), "Id", "a name"),
        Known("Protocol", host.Protocol),
        Must(host.Port is >= 0 and <= 65535, "Port", "0 to 65535"),
        Must(host.Concurrency >= 1, "Concurrency", "at least 1"),
        Timer("Timeout", host.Timeout),
        Must(host.Protocol == RemoteProtocol.Imap || HelloName.TryParse(Encoding.UTF8.GetBytes(host.HelloName), out _),
            "HelloName", "a domain or an address literal (RFC 5321 section 4.1.1.1)"),
        .. RemoteAddressValidation.Faults(host),
        .. RemoteTlsValidation.Faults(host.Tls),
        Must(host.Auth is null || host.Protocol != RemoteProtocol.Imap, "Auth", "null for an IMAP host, which is asked about users' logins only"),
        Must(host.Auth is null or { UserName.Length: > 0 }, "Auth.UserName", "a user name"),
        Must(host.Limits.Errors >= 1, "Limits.Errors", "at least 1"),
        Must(host.Limits.Requests >= 1, "Limits.Requests", "at least 1"),
        Timer("Limits.Idle", host.Limits.Idle),
        Timer("Limits.Age", host.Limits.Age),
        Must(host.Limits.Warm >= 0 && host.Limits.Warm <= host.Concurrency, "Limits.Warm",
            string.Create(CultureInfo.InvariantCulture, $"0 to Concurrency, which is {host.Concurrency}")),
        Must(host.Cache.Entries >= 0, "Cache.Entries", "at least 0"),
        Life("Cache.Positive", host.Cache.Positive),
        Life("Cache.Negative", host.Cache.Negative),
        Life("Cache.LoginNegative", host.Cache.LoginNegative ?? TimeSpan.Zero),
        Life("Cache.Stale", host.Cache.Stale),
        Must(host.Cache.Refresh is null || host.Cache.Refresh > TimeSpan.Zero, "Cache.Refresh", "null or above zero"),
        Timer("Timeouts.Command", host.Timeouts.Command ?? LongestTimer),
        Timer("Timeouts.Data", host.Timeouts.Data),
        Timer("Timeouts.Dot", host.Timeouts.Dot),
        Known("Login.Rewrite", host.Login.Rewrite),
        // Compared with the lower-cased domain of a login: another spelling would match nobody.
        Must(host.Login.Domains.All(domain => domain.Length > 0 && !domain.Any(char.IsUpper)), "Login.Domains", "domains in lower case"),
        Known("ForwardClient", host.ForwardClient),
        Must(host.ForwardClient != ForwardClient.XClient || host.Protocol != RemoteProtocol.Imap, "ForwardClient", "ImapId, ProxyV2 or Off for an IMAP host"),
        Must(host.ForwardClient != ForwardClient.ImapId || host.Protocol == RemoteProtocol.Imap, "ForwardClient", "XClient, ProxyV2 or Off for an SMTP or LMTP host"),
        Must(host.Breaker.Failures >= 1, "Breaker.Failures", "at least 1"),
        Timer("Breaker.Cooldown", host.Breaker.Cooldown),
    ];

    /// <summary>Null where it holds.</summary>
    internal static string? Must(bool holds, string property, string what) => holds ? null : $"{property} must be {what}";

    internal static string? Known<T>(string property, T value)
        where T : struct, Enum => Must(Enum.IsDefined(value), property, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    static string? Timer(string property, TimeSpan value) =>
        Must(value > TimeSpan.Zero && value <= LongestTimer, property, "above zero and at most 24 days");

    static string? Life(string property, TimeSpan value) => Must(value >= TimeSpan.Zero, property, "zero or above");
}
