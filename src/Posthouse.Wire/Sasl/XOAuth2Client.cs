namespace Posthouse.Wire.Sasl;

/// <summary>XOAUTH2 (Google's and Microsoft's, older than OAUTHBEARER and without an RFC): <c>user=name^Aauth=Bearer token^A^A</c>.</summary>
sealed class XOAuth2Client(Credentials credentials) : BearerClient(credentials)
{
    public override string Mechanism => "XOAUTH2";

    protected override ReadOnlySpan<byte> Acknowledgement => default;

    protected override bool TryOpen(string userName, out byte[] opening)
    {
        opening = [];
        if (!SaslValue.TryEncode(userName, out var name))
            return false;
        opening = [.. "user="u8, .. name, BearerMessage.Separator, .. "auth=Bearer "u8];
        return true;
    }
}
