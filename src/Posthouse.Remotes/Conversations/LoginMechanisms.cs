using Posthouse.Remotes.Definition;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Conversations;

/// <summary>Which SASL mechanism to log in by: each kind of secret has its own.</summary>
static class LoginMechanisms
{
    static readonly string[] OwnOrder = ["SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5"];

    // Hosts advertise SCRAM for accounts whose stored hash cannot do it, so a user's login prefers the mechanisms that always work.
    static readonly string[] UserOrder = ["PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5"];

    // The one with an RFC first.
    static readonly string[] TokenOrder = ["OAUTHBEARER", "XOAUTH2"];

    /// <summary>For our own login; null where the host offers none that may be used here.</summary>
    public static string? ForOwn(IReadOnlyList<string> offered, HostConnection connection, CredentialKind kind) =>
        First(kind == CredentialKind.BearerToken ? TokenOrder : OwnOrder, offered, connection);

    /// <summary>
    /// For a user's login. In clear text over a network, even where that is allowed, a proof goes before the secret itself; of a token
    /// there is no proof.
    /// </summary>
    public static string? ForUser(IReadOnlyList<string> offered, HostConnection connection, CredentialKind kind) =>
        kind == CredentialKind.Password && (connection.IsEncrypted || connection.IsLocal)
            ? First(UserOrder, offered, connection)
            : ForOwn(offered, connection, kind);

    static string? First(string[] order, IReadOnlyList<string> offered, HostConnection connection)
    {
        foreach (var mechanism in order)
        {
            if (offered.Contains(mechanism) && (connection.MaySaySecret || mechanism is "SCRAM-SHA-256" or "CRAM-MD5"))
                return mechanism;
        }
        return null;
    }

    /// <summary>Why there is none, for an operator.</summary>
    public static string Missing(IReadOnlyList<string> offered, HostConnection connection, CredentialKind kind) =>
        kind == CredentialKind.BearerToken && !offered.Any(TokenOrder.Contains)
            ? $"the login is by a token, and the host offers neither {string.Join(" nor ", TokenOrder)} ({(offered.Count == 0 ? "no login" : string.Join(' ', offered))})"
        : offered.Count == 0 ? "the host offers no login"
        : connection.MaySaySecret ? $"the host offers no login mechanism known here ({string.Join(' ', offered)})"
        : $"the line is in clear text and the host offers only {string.Join(' ', offered)}; see {connection.Host.Name("tls.starttls")}";
}
