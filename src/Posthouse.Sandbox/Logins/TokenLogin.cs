using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Sandbox.Logins;

/// <summary>
/// OAUTHBEARER (RFC 7628) and XOAUTH2, written apart from Wire's, whose faults it must not share: (1) the message; (2) where the token
/// is not the account's, an error in JSON; (3) the client's acknowledgement of that, and the refusal.
/// </summary>
sealed class TokenLogin(string mechanism, SandboxAccounts accounts) : LoginExchange
{
    readonly bool _isStandard = mechanism == "OAUTHBEARER";
    bool _isRefused;

    public override LoginStep Step(ReadOnlySpan<byte> response, bool hasResponse, IBufferWriter<byte> challenge)
    {
        if (!hasResponse)
            return LoginStep.Challenge;
        // 3.
        if (_isRefused)
            return response.SequenceEqual(_isStandard ? "\u0001"u8 : ""u8) ? LoginStep.Refused : LoginStep.Malformed;
        // 1.
        var fields = Encoding.UTF8.GetString(response).Split('\u0001');
        if (fields is not [var opening, .., "", ""] || UserOf(opening) is not { Length: > 0 } user
            || fields[1..^2].Where(field => field.StartsWith("auth=Bearer ", StringComparison.Ordinal)).ToList() is not [var auth])
            return LoginStep.Malformed;
        var token = Encoding.UTF8.GetBytes(auth["auth=Bearer ".Length..]);
        if (accounts.Find(user)?.Token is { } known && CryptographicOperations.FixedTimeEquals(known, token))
            return LoginStep.Accepted;
        // 2.
        _isRefused = true;
        challenge.Write(_isStandard ? "{\"status\":\"invalid_token\",\"scope\":\"mail\"}"u8 : "{\"status\":\"401\",\"schemes\":\"bearer\"}"u8);
        return LoginStep.Challenge;
    }

    string? UserOf(string opening)
    {
        if (!_isStandard)
            return opening.StartsWith("user=", StringComparison.Ordinal) ? opening["user=".Length..] : null;
        return opening.Split(',') is ["n" or "y", ['a', '=', .. var name], ""]
            ? name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)
            : null;
    }
}
