using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Conversations;

/// <summary>Which SASL mechanism to log in by.</summary>
static class LoginMechanisms
{
    static readonly string[] OwnOrder = ["SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5"];

    // Hosts advertise SCRAM for accounts whose stored hash cannot do it, so a user's login prefers the mechanisms that always work.
    static readonly string[] UserOrder = ["PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5"];

    /// <summary>For our own login; null where the host offers none that may be used here.</summary>
    public static string? ForOwn(IReadOnlyList<string> offered, HostConnection connection) => First(OwnOrder, offered, connection);

    /// <summary>For a user's login. In clear text over a network, even where that is allowed, a proof goes before the secret itself.</summary>
    public static string? ForUser(IReadOnlyList<string> offered, HostConnection connection) =>
        First(connection.IsEncrypted || connection.IsLocal ? UserOrder : OwnOrder, offered, connection);

    static string? First(string[] order, IReadOnlyList<string> offered, HostConnection connection)
    {
        foreach (var mechanism in order)
        {
            if (offered.Contains(mechanism) && (connection.MaySaySecret || mechanism is not ("PLAIN" or "LOGIN")))
                return mechanism;
        }
        return null;
    }

    /// <summary>Why there is none, for an operator.</summary>
    public static string Missing(IReadOnlyList<string> offered, HostConnection connection) =>
        offered.Count == 0 ? "the host offers no login"
        : connection.MaySaySecret ? $"the host offers no login mechanism known here ({string.Join(' ', offered)})"
        : $"the line is in clear text and the host offers only {string.Join(' ', offered)}; see {connection.Host.Name("tls.starttls")}";
}
