namespace Posthouse.Wire.Sasl;

/// <summary>
/// OAUTHBEARER (RFC 7628 section 3.1): <c>n,a=saslname,^Aauth=Bearer token^A^A</c>. Host and port are for schemes that sign them, which
/// Bearer does not.
/// </summary>
sealed class OAuthBearerClient(Credentials credentials) : BearerClient(credentials)
{
    public override string Mechanism => "OAUTHBEARER";

    // Section 3.2.3.
    protected override ReadOnlySpan<byte> Acknowledgement => [BearerMessage.Separator];

    protected override bool TryOpen(string userName, out byte[] opening)
    {
        opening = [];
        if (!SaslName.TryEncode(userName, out var name))
            return false;
        opening = [.. "n,a="u8, .. name, (byte)',', BearerMessage.Separator, .. "auth=Bearer "u8];
        return true;
    }
}
