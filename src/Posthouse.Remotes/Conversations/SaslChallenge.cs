using System.Buffers;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Conversations;

/// <summary>What a host asks for within a login, in base64 (RFC 4954 section 4, RFC 9051 section 6.2.2).</summary>
static class SaslChallenge
{
    /// <summary>No mechanism known here needs more of them; a host that goes on for ever is cancelled.</summary>
    public const int Most = 4;

    /// <param name="client">The login.</param>
    /// <param name="challenge">The host's text.</param>
    /// <param name="response">For the answer; what it holds already is an initial response that waits to be asked for, and is the answer.</param>
    /// <returns>False: it is no challenge of this mechanism, and the login is to be cancelled.</returns>
    public static bool TryAnswer(SaslClient client, string challenge, ArrayBufferWriter<byte> response)
    {
        if (response.WrittenCount > 0)
            return true;
        var ascii = new byte[challenge.Length];
        for (var i = 0; i < ascii.Length; i++)
            ascii[i] = challenge[i] < 0x80 ? (byte)challenge[i] : (byte)'?';
        var octets = new byte[Base64Strict.MaxDecodedLength(ascii.Length)];
        // LOGIN's prompts mean nothing, and some hosts do not even encode them.
        var decoded = Base64Strict.TryDecode(ascii, octets, out var length);
        return (decoded || client.Mechanism == "LOGIN") && client.TryRespond(octets.AsSpan(0, decoded ? length : 0), response);
    }
}
