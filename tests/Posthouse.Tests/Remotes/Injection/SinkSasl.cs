using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>The host's side of each mechanism, written from the RFCs; it yields a journal entry of who and what.</summary>
/// <param name="secret">For proofs.</param>
/// <param name="challenge">Sends a challenge and gives the decoded response.</param>
sealed class SinkSasl(byte[] secret, Func<byte[], Task<byte[]>> challenge)
{
    public async Task<string> RunAsync(string mechanism, byte[]? initial) => mechanism switch
    {
        "PLAIN" => Plain(initial ?? await challenge([])),
        "LOGIN" when initial is null => $"LOGIN {StrictSink.Hex(await challenge("Username:"u8.ToArray()))} {StrictSink.Hex(await challenge("Password:"u8.ToArray()))}",
        "CRAM-MD5" when initial is null => await CramAsync(),
        "SCRAM-SHA-256" => await ScramAsync(initial ?? await challenge([])),
        "OAUTHBEARER" => OAuth("n,a=", ",", initial ?? await challenge([])),
        "XOAUTH2" => OAuth("user=", "", initial ?? await challenge([])),
        _ => throw new SinkFault($"a mechanism that was not offered, or not so: {mechanism}"),
    };

    // RFC 4616: [authzid] NUL authcid NUL passwd
    static string Plain(byte[] response)
    {
        var parts = new List<byte[]>();
        var from = 0;
        for (var i = 0; i <= response.Length; i++)
        {
            if (i < response.Length && response[i] != 0)
                continue;
            parts.Add(response[from..i]);
            from = i + 1;
        }
        return parts is [[], var user, var password] ? $"PLAIN {StrictSink.Hex(user)} {StrictSink.Hex(password)}" : throw new SinkFault("not the three fields of PLAIN");
    }

    // RFC 7628 section 3.1, with a GS2 header (RFC 5801 section 4), and XOAUTH2 without: opening user closing ^A auth=Bearer SP token ^A ^A
    static string OAuth(string opening, string closing, byte[] response)
    {
        var message = Encoding.UTF8.GetString(response);
        if (!Encoding.UTF8.GetBytes(message).AsSpan().SequenceEqual(response) || message.Split('\u0001') is not [var header, var auth, "", ""])
            throw new SinkFault("not one pair behind one header");
        if (!header.StartsWith(opening, StringComparison.Ordinal) || !header.EndsWith(closing, StringComparison.Ordinal) || !auth.StartsWith("auth=Bearer ", StringComparison.Ordinal))
            throw new SinkFault($"not a header and a bearer: {message}");
        var user = header[opening.Length..^closing.Length];
        if (closing.Length > 0)
        {
            var escapes = user.Split('=');
            if (user.Contains(',', StringComparison.Ordinal) || escapes.Skip(1).Any(piece => piece is not (['2', 'C', ..] or ['3', 'D', ..])))
                throw new SinkFault($"a name with a bad escape: {user}");
            user = escapes[0] + string.Concat(escapes.Skip(1).Select(piece => (piece[0] == '2' ? "," : "=") + piece[2..]));
        }
        var token = auth["auth=Bearer ".Length..];
        if (token.Length == 0 || token.Any(letter => letter is < '!' or > '~'))
            throw new SinkFault($"a token of other than visible letters: {token}");
        return $"{(closing.Length > 0 ? "OAUTHBEARER" : "XOAUTH2")} {StrictSink.Hex(user)} {StrictSink.Hex(token)}";
    }

    // RFC 2195: user SP digest
    [SuppressMessage("Security", "CA5351", Justification = "CRAM-MD5 is defined over it.")]
    async Task<string> CramAsync()
    {
        var nonce = Encoding.ASCII.GetBytes($"<{RandomNumberGenerator.GetHexString(16)}@sink>");
        var response = await challenge(nonce);
        var digest = Convert.ToHexStringLower(HMACMD5.HashData(secret, nonce));
        return response.AsSpan().EndsWith(Encoding.ASCII.GetBytes($" {digest}"))
            ? $"CRAM-MD5 {StrictSink.Hex(response.AsSpan(0, response.Length - digest.Length - 1))} {StrictSink.Hex(secret)}"
            : throw new SinkFault("a proof of another secret");
    }

    // RFC 5802, RFC 7677
    async Task<string> ScramAsync(byte[] first)
    {
        if (!first.AsSpan().StartsWith("n,,n="u8))
            throw new SinkFault("not the header of SCRAM");
        var attributes = Encoding.UTF8.GetString(first, 3, first.Length - 3).Split(',');
        if (attributes is not [['n', '=', .. var name], ['r', '=', .. var nonce]])
            throw new SinkFault("other attributes than a name and a nonce");
        var escapes = name.Split('=');
        if (escapes.Skip(1).Any(piece => piece is not (['2', 'C', ..] or ['3', 'D', ..])))
            throw new SinkFault("a name with a bad escape");
        var user = escapes[0] + string.Concat(escapes.Skip(1).Select(piece => (piece[0] == '2' ? "," : "=") + piece[2..]));

        var salt = RandomNumberGenerator.GetBytes(12);
        var serverFirst = $"r={nonce}sink,s={Convert.ToBase64String(salt)},i=4096";
        var final = await challenge(Encoding.ASCII.GetBytes(serverFirst));
        var withoutProof = $"c=biws,r={nonce}sink";
        var signed = Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(first, 3, first.Length - 3)},{serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(secret, salt, 4096, HashAlgorithmName.SHA256, 32);
        var key = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(key), signed);
        var proof = Convert.ToBase64String([.. key.Select((octet, i) => (byte)(octet ^ signature[i]))]);
        if (!final.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes($"{withoutProof},p={proof}")))
            throw new SinkFault("a proof of another secret");

        var verifier = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed);
        return (await challenge(Encoding.ASCII.GetBytes($"v={Convert.ToBase64String(verifier)}"))).Length == 0
            ? $"SCRAM-SHA-256 {StrictSink.Hex(user)} {StrictSink.Hex(secret)}"
            : throw new SinkFault("more after the proof");
    }
}
