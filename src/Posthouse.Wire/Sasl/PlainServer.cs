using System.Buffers;
using System.Text;

namespace Posthouse.Wire.Sasl;

/// <summary>The server's side of PLAIN (RFC 4616): <c>[authzid] NUL authcid NUL passwd</c>.</summary>
sealed class PlainServer : SaslServer
{
    Credentials? _credentials;
    bool _prompted;
    bool _done;

    public override SaslStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge)
    {
        if (_done)
            return SaslStep.Malformed;
        if (!hasResponse)
        {
            _done = _prompted;
            _prompted = true;
            return _done ? SaslStep.Malformed : SaslStep.Challenge;
        }
        _done = true;
        return Read(response);
    }

    SaslStep Read(ReadOnlySpan<byte> response)
    {
        if (response.Count((byte)0) != 2)
            return SaslStep.Malformed;
        var first = response.IndexOf((byte)0);
        var second = response.LastIndexOf((byte)0);
        var authzid = response[..first];
        var authcid = response[(first + 1)..second];
        var secret = response[(second + 1)..];
        if (!authzid.IsEmpty && !authzid.SequenceEqual(authcid))
            return SaslStep.Refused;
        if (authcid.Length > SaslValue.MaxOctets || secret.Length > SaslValue.MaxOctets)
            return SaslStep.Refused;
        if (!SaslValue.IsSound(authcid) || !SaslValue.IsSound(secret))
            return SaslStep.Refused;
        _credentials = new Credentials(Encoding.UTF8.GetString(authcid), secret);
        return SaslStep.Complete;
    }

    public override Credentials TakeCredentials()
    {
        var taken = _credentials ?? throw new InvalidOperationException("The exchange is not complete.");
        _credentials = null;
        return taken;
    }

    public override void Dispose() => _credentials?.Dispose();
}
