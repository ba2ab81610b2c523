using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Encodings;

namespace Posthouse.Sandbox.Logins;

/// <summary>
/// The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: (1) client-first, answered with our nonce, salt and count;
/// (2) client-final, whose proof is checked and answered with ours; (3) the client's empty response to it.
/// </summary>
sealed class ScramSha256Login(SandboxAccounts accounts) : LoginExchange
{
    readonly string _ownNonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    SandboxAccount? _account;
    string _gs2Header = "";
    string _clientFirstBare = "";
    string _serverFirst = "";
    string _nonce = "";
    int _step;

    public override LoginStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge)
    {
        if (_step == 0 && !hasResponse)
            return LoginStep.Challenge;
        return _step++ switch
        {
            0 => First(Encoding.UTF8.GetString(response), challenge),
            1 => Final(Encoding.UTF8.GetString(response), challenge),
            2 => response.IsEmpty ? LoginStep.Accepted : LoginStep.Malformed,
            _ => LoginStep.Malformed,
        };
    }

    // 1. client-first-message = gs2-header "n=" saslname ",r=" nonce
    LoginStep First(string message, IBufferWriter<byte> challenge)
    {
        _gs2Header = message.StartsWith("n,,", StringComparison.Ordinal) || message.StartsWith("y,,", StringComparison.Ordinal) ? message[..3] : "";
        var bare = message[_gs2Header.Length..];
        if (_gs2Header.Length == 0 || bare.Split(',') is not [['n', '=', .. var name], ['r', '=', _, ..] nonce, ..])
            return LoginStep.Malformed;
        _account = accounts.Find(name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal));
        if (_account?.Secret is null)
            _account = null;
        // A name not known gets a salt as well, and is found wanting at the proof.
        var salt = _account?.Salt ?? RandomNumberGenerator.GetBytes(16);
        _clientFirstBare = bare;
        _nonce = nonce[2..] + _ownNonce;
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(salt)},i={SandboxAccount.Iterations}";
        challenge.Write(Encoding.UTF8.GetBytes(_serverFirst));
        return LoginStep.Challenge;
    }

    // 2. client-final-message = "c=" base64(gs2-header) ",r=" nonce ",p=" base64(proof)
    LoginStep Final(string message, IBufferWriter<byte> challenge)
    {
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(_gs2Header))},r={_nonce}";
        if (!message.StartsWith(withoutProof + ",p=", StringComparison.Ordinal))
            return LoginStep.Malformed;
        var proof = new byte[SHA256.HashSizeInBytes + 1];
        if (!TryProof(message[(withoutProof.Length + 3)..], proof))
            return LoginStep.Malformed;
        if (_account is null)
            return LoginStep.Refused;

        var authMessage = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        var clientKey = HMACSHA256.HashData(_account.SaltedPassword, "Client Key"u8);
        var expected = HMACSHA256.HashData(SHA256.HashData(clientKey), authMessage);
        for (var i = 0; i < expected.Length; i++)
            expected[i] ^= clientKey[i];
        if (!CryptographicOperations.FixedTimeEquals(expected, proof.AsSpan(0, SHA256.HashSizeInBytes)))
            return LoginStep.Refused;
        var serverKey = HMACSHA256.HashData(_account.SaltedPassword, "Server Key"u8);
        challenge.Write(Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(HMACSHA256.HashData(serverKey, authMessage))));
        return LoginStep.Challenge;
    }

    static bool TryProof(string text, byte[] proof) =>
        text.Length == Base64.GetMaxEncodedToUtf8Length(SHA256.HashSizeInBytes)
        && Base64Strict.TryDecode(Encoding.UTF8.GetBytes(text), proof, out var written)
        && written == SHA256.HashSizeInBytes;
}
