namespace Posthouse.Wire.Sasl;

/// <summary>
/// The server's side of OAUTHBEARER (RFC 7628 section 3.1): <c>gs2-header kvsep *kvpair kvsep</c>, the header being
/// <c>("n" / "y") "," ["a=" saslname] ","</c> (RFC 5801 section 4), since there is no channel to bind to.
/// </summary>
sealed class OAuthBearerServer : BearerServer
{
    protected override SaslStep Split(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> token)
    {
        name = token = default;
        if (message is not [(byte)'n' or (byte)'y', (byte)',', ..])
            return SaslStep.Malformed;
        var rest = message[2..];
        var end = rest.IndexOf((byte)',');
        if (end < 0 || end + 1 == rest.Length || rest[end + 1] != BearerMessage.Separator)
            return SaslStep.Malformed;
        var authzid = rest[..end];
        if (!BearerMessage.TryReadPairs(rest[(end + 2)..], out var auth) || !BearerMessage.TryReadAuth(auth, out token))
            return SaslStep.Malformed;
        if (authzid.IsEmpty)
            return SaslStep.Unnamed;
        if (!authzid.StartsWith("a="u8) || !SaslName.TryDecode(authzid[2..], out var decoded))
            return SaslStep.Malformed;
        name = decoded;
        return SaslStep.Complete;
    }
}
