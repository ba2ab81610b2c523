namespace Posthouse.Wire.Sasl;

/// <summary>What the secret of <see cref="Credentials"/> is, which decides the mechanisms that may carry it.</summary>
public enum CredentialKind
{
    /// <summary>A password: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256.</summary>
    Password,

    /// <summary>An OAuth 2.0 bearer token (RFC 6750): OAUTHBEARER, XOAUTH2.</summary>
    BearerToken,
}
