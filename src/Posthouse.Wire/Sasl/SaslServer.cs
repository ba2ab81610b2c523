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
}

/// <summary>The server's side of a mechanism that yields the secret itself: PLAIN (RFC 4616) and LOGIN.</summary>
public abstract class SaslServer : IDisposable
{
    /// <summary>Takes one decoded response; where the client gave no initial response, the first call is made with <paramref name="hasResponse"/> false.</summary>
    public abstract SaslStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge);

    /// <summary>The credentials after <see cref="SaslStep.Complete"/>; the caller owns them.</summary>
    public abstract Credentials TakeCredentials();

    /// <summary>Wipes what is held.</summary>
    public abstract void Dispose();

    /// <summary>A server for the mechanism (compared without case), or null. Knows PLAIN and LOGIN.</summary>
    public static SaslServer? Create(ReadOnlySpan<byte> mechanism) =>
        Ascii.EqualsIgnoreCase(mechanism, "PLAIN"u8) ? new PlainServer()
        : Ascii.EqualsIgnoreCase(mechanism, "LOGIN"u8) ? new LoginServer()
        : null;
}
