namespace Posthouse.Wire.Sasl;

/// <summary>The server's side of XOAUTH2: <c>user=name^Aauth=Bearer token^A^A</c>, in this order and nothing else.</summary>
sealed class XOAuth2Server : BearerServer
{
    protected override SaslStep Split(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> token)
    {
        name = token = default;
        if (message.Count(BearerMessage.Separator) != 3 || message is not [.., BearerMessage.Separator, BearerMessage.Separator])
            return SaslStep.Malformed;
        var user = message[..message.IndexOf(BearerMessage.Separator)];
        var auth = message[(user.Length + 1)..^2];
        if (!user.StartsWith("user="u8) || !auth.StartsWith("auth="u8) || !BearerMessage.TryReadAuth(auth["auth=".Length..], out token))
            return SaslStep.Malformed;
        name = user["user=".Length..];
        return SaslStep.Complete;
    }
}
