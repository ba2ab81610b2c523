using System.Buffers;

namespace Posthouse.Wire.Sasl;

/// <summary>The client's side of one SASL exchange (RFC 4422): a step machine without I/O.</summary>
public abstract class SaslClient
{
    /// <summary>The mechanism's registered name.</summary>
    public abstract string Mechanism { get; }

    /// <summary>Whether the first message may ride on the command (an initial response).</summary>
    public abstract bool HasInitialResponse { get; }

    /// <summary>
    /// Whether the exchange has sent all it has to send, and the server has not begun to refuse it; a success at any other time is not
    /// believed.
    /// </summary>
    public abstract bool IsComplete { get; }

    /// <summary>Whether the secret itself (not a proof of it) goes over the line.</summary>
    public abstract bool SendsSecret { get; }

    /// <summary>Whether an answer may take the processor for a good part of a second, so that no thread that others wait for should work it out.</summary>
    public virtual bool IsSlow => false;

    /// <summary>Answers a challenge (decoded; empty for the initial response). False: the challenge is not one of this mechanism's, cancel.</summary>
    public abstract bool TryRespond(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response);

    /// <summary>
    /// A client for the mechanism (compared without case), or null where it is not known here or carries the other kind of secret: a
    /// password is never said as a token, nor a token as a password. Knows PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256; for tokens OAUTHBEARER
    /// and XOAUTH2. The credentials are borrowed, and must live as long as the exchange.
    /// </summary>
    public static SaslClient? Create(string mechanism, Credentials credentials) => (credentials.Kind, mechanism.ToUpperInvariant()) switch
    {
        (CredentialKind.Password, "PLAIN") => new PlainClient(credentials),
        (CredentialKind.Password, "LOGIN") => new LoginClient(credentials),
        (CredentialKind.Password, "CRAM-MD5") => new CramMd5Client(credentials),
        (CredentialKind.Password, "SCRAM-SHA-256") => new ScramSha256Client(credentials, ScramSha256Client.NewNonce()),
        (CredentialKind.BearerToken, "OAUTHBEARER") => new OAuthBearerClient(credentials),
        (CredentialKind.BearerToken, "XOAUTH2") => new XOAuth2Client(credentials),
        _ => null,
    };
}
