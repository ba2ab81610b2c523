using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Encodings;

namespace Posthouse.Wire.Sasl;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. Three steps: (1) our nonce, (2) the proof for the server's nonce, salt
/// and count, (3) the server's own proof is checked. Complete only after step 3, so a server that does not know the secret is not believed.
/// </summary>
sealed class ScramSha256Client(Credentials credentials, string nonce) : SaslClient
{
    const int HashSize = SHA256.HashSizeInBytes;

    readonly byte[] _serverSignature = new byte[HashSize];
    byte[] _firstBare = [];
    int _step;

    public override string Mechanism => "SCRAM-SHA-256";

    public override bool HasInitialResponse => true;

    public override bool IsComplete => _step == 3;

    public override bool SendsSecret => false;

    public override bool IsSlow => true;

    /// <summary>18 random octets in base64: printable, without a comma.</summary>
    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    public override bool TryRespond(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        var answered = _step switch
        {
            0 => TryFirst(challenge, response),
            1 => TryFinal(challenge, response),
            2 => IsServerProof(challenge),
            _ => false,
        };
        _step = answered ? _step + 1 : -1;
        return answered;
    }

    // 1. client-first-message = "n,," "n=" saslname ",r=" nonce
    bool TryFirst(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        if (!challenge.IsEmpty || !SaslName.TryEncode(credentials.UserName, out var name) || !SaslValue.IsSound(credentials.Secret))
            return false;
        _firstBare = [.. "n="u8, .. name, .. ",r="u8, .. Encoding.ASCII.GetBytes(nonce)];
        response.Write("n,,"u8);
        response.Write(_firstBare);
        return true;
    }

    // 2. client-final-message = "c=biws,r=" nonce ",p=" base64(ClientKey XOR HMAC(H(ClientKey), AuthMessage))
    bool TryFinal(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        if (!ScramServerFirst.TryParse(challenge, Encoding.ASCII.GetBytes(nonce), out var server))
            return false;
        byte[] withoutProof = [.. "c=biws,r="u8, .. server.Nonce];
        byte[] authMessage = [.. _firstBare, (byte)',', .. challenge, (byte)',', .. withoutProof];

        Span<byte> keys = stackalloc byte[5 * HashSize];
        var salted = keys[..HashSize];
        var clientKey = keys.Slice(HashSize, HashSize);
        var storedKey = keys.Slice(2 * HashSize, HashSize);
        var proof = keys.Slice(3 * HashSize, HashSize);
        var serverKey = keys.Slice(4 * HashSize, HashSize);
        Rfc2898DeriveBytes.Pbkdf2(credentials.Secret, server.Salt, salted, server.Iterations, HashAlgorithmName.SHA256);
        HMACSHA256.HashData(salted, "Client Key"u8, clientKey);
        SHA256.HashData(clientKey, storedKey);
        HMACSHA256.HashData(storedKey, authMessage, proof);
        for (var i = 0; i < HashSize; i++)
            proof[i] ^= clientKey[i];
        HMACSHA256.HashData(salted, "Server Key"u8, serverKey);
        HMACSHA256.HashData(serverKey, authMessage, _serverSignature);

        Span<byte> encoded = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(HashSize)];
        Base64.EncodeToUtf8(proof, encoded, out _, out _);
        CryptographicOperations.ZeroMemory(keys);
        response.Write(withoutProof);
        response.Write(",p="u8);
        response.Write(encoded);
        return true;
    }

    // 3. server-final-message = ("e=" error / "v=" base64(ServerSignature)) ["," extensions]; the answer is empty
    bool IsServerProof(ReadOnlySpan<byte> challenge)
    {
        if (!challenge.StartsWith("v="u8))
            return false;
        var verifier = challenge[2..];
        if (verifier.IndexOf((byte)',') is >= 0 and var comma)
            verifier = verifier[..comma];
        Span<byte> signature = stackalloc byte[HashSize + 1];
        return verifier.Length == Base64.GetMaxEncodedToUtf8Length(HashSize)
            && Base64Strict.TryDecode(verifier, signature, out var written)
            && CryptographicOperations.FixedTimeEquals(signature[..written], _serverSignature);
    }
}
