using System.Buffers;

namespace Posthouse.Wire.Sasl;

/// <summary>PLAIN (RFC 4616): <c>[authzid] NUL authcid NUL passwd</c>, the authzid left empty.</summary>
sealed class PlainClient(Credentials credentials) : SaslClient
{
    bool _sent;

    public override string Mechanism => "PLAIN";

    public override bool HasInitialResponse => true;

    public override bool IsComplete => _sent;

    public override bool SendsSecret => true;

    public override bool TryRespond(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        if (_sent || !challenge.IsEmpty)
            return false;
        if (!SaslValue.TryEncode(credentials.UserName, out var name) || !SaslValue.IsSound(credentials.Secret))
            return false;
        response.Write("\0"u8);
        response.Write(name);
        response.Write("\0"u8);
        response.Write(credentials.Secret);
        _sent = true;
        return true;
    }
}
