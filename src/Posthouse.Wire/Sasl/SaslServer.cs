using System.Buffers;
using System.Text;

namespace Posthouse.Wire.Sasl;

/// <summary>What a server's step led to.</summary>
public enum SaslStep
{
    /// <summary>Send the challenge and wait for a response.</summary>
    Challenge,

    /// <summary>The client's messages are complete: <see cref="SaslServer.TakeCredentials"/> holds who and what.</summary>
    Complete,

    /// <summary>Not a message of this mechanism: 501 5.5.2.</summary>
    Malformed,

    /// <summary>Well-formed, but a value that no host may be asked about (empty, control octets, bad UTF-8, an other authzid): 535 5.7.8.</summary>
    Refused,

    /// <summary>Well-formed, but without the user's name, which nothing else tells (RFC 7628 section 3.1 lets a client leave it out): 535 5.7.8.</summary>
    Unnamed,
}

/// <summary>The server's side of a mechanism that yields the secret itself: PLAIN (RFC 4616), LOGIN, OAUTHBEARER (RFC 7628) and XOAUTH2.</summary>
public abstract class SaslServer : IDisposable
{
    /// <summary>Takes one decoded response; where the client gave no initial response, the first call is made with <paramref name="hasResponse"/> false.</summary>
    public abstract SaslStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge);

    /// <summary>The credentials after <see cref="SaslStep.Complete"/>; the caller owns them.</summary>
    public abstract Credentials TakeCredentials();

    /// <summary>
    /// What is said in a last challenge before a refusal, which the client answers with no more than an acknowledgement (RFC 7628 section
    /// 3.2.3); empty where the mechanism has no such thing.
    /// </summary>
    public virtual ReadOnlySpan<byte> RefusalChallenge => default;

    /// <summary>Wipes what is held.</summary>
    public abstract void Dispose();

    /// <summary>A server for the mechanism (compared without case), or null. Knows PLAIN, LOGIN, OAUTHBEARER and XOAUTH2.</summary>
    public static SaslServer? Create(ReadOnlySpan<byte> mechanism) =>
        Ascii.EqualsIgnoreCase(mechanism, "PLAIN"u8) ? new PlainServer()
        : Ascii.EqualsIgnoreCase(mechanism, "LOGIN"u8) ? new LoginServer()
        : Ascii.EqualsIgnoreCase(mechanism, "OAUTHBEARER"u8) ? new OAuthBearerServer()
        : Ascii.EqualsIgnoreCase(mechanism, "XOAUTH2"u8) ? new XOAuth2Server()
        : null;
}
