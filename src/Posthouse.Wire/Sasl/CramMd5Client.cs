using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Posthouse.Wire.Sasl;

/// <summary>CRAM-MD5 (RFC 2195): <c>user SP lower-case-hex(HMAC-MD5(secret, challenge))</c>.</summary>
sealed class CramMd5Client(Credentials credentials) : SaslClient
{
    bool _sent;

    public override string Mechanism => "CRAM-MD5";

    public override bool HasInitialResponse => false;

    public override bool IsComplete => _sent;

    public override bool SendsSecret => false;

    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined over MD5; it is the last one asked for.")]
    public override bool TryRespond(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        if (_sent || challenge.IsEmpty)
            return false;
        if (!SaslValue.TryEncode(credentials.UserName, out var name) || !SaslValue.IsSound(credentials.Secret))
            return false;
        Span<byte> digest = stackalloc byte[HMACMD5.HashSizeInBytes];
        Span<byte> hex = stackalloc byte[2 * HMACMD5.HashSizeInBytes];
        HMACMD5.HashData(credentials.Secret, challenge, digest);
        Convert.TryToHexStringLower(digest, hex, out _);
        response.Write(name);
        response.Write(" "u8);
        response.Write(hex);
        _sent = true;
        return true;
    }
}
