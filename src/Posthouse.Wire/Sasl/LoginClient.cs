using System.Buffers;

namespace Posthouse.Wire.Sasl;

/// <summary>
/// LOGIN (draft-murchison-sasl-login): the server asks twice. What its prompts say is not compared, since hosts word them
/// differently; and no initial response, since some hosts take it for the secret.
/// </summary>
sealed class LoginClient(Credentials credentials) : SaslClient
{
    int _step;

    public override string Mechanism => "LOGIN";

    public override bool HasInitialResponse => false;

    public override bool IsComplete => _step == 2;

    public override bool SendsSecret => true;

    public override bool TryRespond(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        switch (_step)
        {
            case 0 when SaslValue.TryEncode(credentials.UserName, out var name):
                response.Write(name);
                break;
            case 1 when SaslValue.IsSound(credentials.Secret):
                response.Write(credentials.Secret);
                break;
            default:
                return false;
        }
        _step++;
        return true;
    }
}
