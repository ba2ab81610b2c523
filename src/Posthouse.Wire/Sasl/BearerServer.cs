using System.Buffers;
using System.Text;

namespace Posthouse.Wire.Sasl;

/// <summary>The server's side of a mechanism whose one message holds a name and a bearer token.</summary>
abstract class BearerServer : SaslServer
{
    Credentials? _credentials;
    bool _prompted;
    bool _done;

    /// <summary>RFC 7628 section 3.2.2. Where a token is to be had is not known here, so nothing more is told.</summary>
    public override ReadOnlySpan<byte> RefusalChallenge => "{\"status\":\"invalid_token\"}"u8;

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
        var step = Split(response, out var name, out var token);
        if (step != SaslStep.Complete)
            return step;
        if (name.Length > SaslValue.MaxOctets || !SaslValue.IsSound(name) || !SaslValue.IsToken(token))
            return SaslStep.Refused;
        _credentials = new Credentials(Encoding.UTF8.GetString(name), token, CredentialKind.BearerToken);
        return SaslStep.Complete;
    }

    public override Credentials TakeCredentials()
    {
        var taken = _credentials ?? throw new InvalidOperationException("The exchange is not complete.");
        _credentials = null;
        return taken;
    }

    public override void Dispose() => _credentials?.Dispose();

    /// <summary>Takes the message apart; what its values may be is not asked here.</summary>
    protected abstract SaslStep Split(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> token);
}
