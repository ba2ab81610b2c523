using System.Buffers;
using System.Text;

namespace Posthouse.Wire.Sasl;

/// <summary>
/// The server's side of LOGIN. A bad user name is refused only after the secret came, so that a client which sends both in one go never
/// has its secret read as a command.
/// </summary>
sealed class LoginServer : SaslServer
{
    Credentials? _credentials;
    string? _userName;
    State _state;

    enum State
    {
        Start,
        AskedName,
        AskedSecret,
        Done,
    }

    public override SaslStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge)
    {
        switch (_state)
        {
            case State.Start when !hasResponse:
                _state = State.AskedName;
                challenge.Write("Username:"u8);
                return SaslStep.Challenge;
            case State.Start or State.AskedName when hasResponse:
                _state = State.AskedSecret;
                _userName = IsAllowed(response) ? Encoding.UTF8.GetString(response) : null;
                challenge.Write("Password:"u8);
                return SaslStep.Challenge;
            case State.AskedSecret when hasResponse:
                _state = State.Done;
                if (_userName is null || !IsAllowed(response))
                    return SaslStep.Refused;
                _credentials = new Credentials(_userName, response);
                return SaslStep.Complete;
            default:
                _state = State.Done;
                return SaslStep.Malformed;
        }
    }

    static bool IsAllowed(ReadOnlySpan<byte> value) => value.Length <= SaslValue.MaxOctets && SaslValue.IsSound(value);

    public override Credentials TakeCredentials()
    {
        var taken = _credentials ?? throw new InvalidOperationException("The exchange is not complete.");
        _credentials = null;
        return taken;
    }

    public override void Dispose() => _credentials?.Dispose();
}
