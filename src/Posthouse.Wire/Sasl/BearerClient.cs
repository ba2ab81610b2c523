using System.Buffers;

namespace Posthouse.Wire.Sasl;

/// <summary>
/// The client's side of a mechanism that says a bearer token. (1) One message with name and token; (2) where the host refuses it with an
/// error in a challenge (RFC 7628 section 3.2.2), an acknowledgement, after which nothing but the refusal itself can come.
/// </summary>
abstract class BearerClient(Credentials credentials) : SaslClient
{
    State _state;

    enum State
    {
        Start,
        Said,
        Refused,
    }

    public override bool HasInitialResponse => true;

    public override bool IsComplete => _state == State.Said;

    public override bool SendsSecret => true;

    /// <summary>The answer to the host's error.</summary>
    protected abstract ReadOnlySpan<byte> Acknowledgement { get; }

    public override bool TryRespond(ReadOnlySpan<byte> challenge, IBufferWriter<byte> response)
    {
        switch (_state)
        {
            case State.Start when challenge.IsEmpty && SaslValue.IsToken(credentials.Secret) && TryOpen(credentials.UserName, out var opening):
                Write(opening, response);
                _state = State.Said;
                return true;
            case State.Said when !challenge.IsEmpty:
                response.Write(Acknowledgement);
                _state = State.Refused;
                return true;
            default:
                return false;
        }
    }

    /// <summary>What stands before the token; false where the name is not sound.</summary>
    protected abstract bool TryOpen(string userName, out byte[] opening);

    // In one piece, since memory that grows between two leaves a token behind.
    void Write(ReadOnlySpan<byte> opening, IBufferWriter<byte> response)
    {
        var token = credentials.Secret;
        var length = opening.Length + token.Length + 2;
        var message = response.GetSpan(length)[..length];
        opening.CopyTo(message);
        token.CopyTo(message[opening.Length..]);
        message[^2..].Fill(BearerMessage.Separator);
        response.Advance(length);
    }
}
