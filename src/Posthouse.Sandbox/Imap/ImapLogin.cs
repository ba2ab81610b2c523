using System.Buffers;
using System.Text;
using Posthouse.Sandbox.Connections;
using Posthouse.Sandbox.Logins;
using Posthouse.Wire.Encodings;

namespace Posthouse.Sandbox.Imap;

/// <summary>LOGIN and AUTHENTICATE (RFC 9051 section 6.2): one exchange, up to its verdict.</summary>
static class ImapLogin
{
    public const string Accepted = "OK Logged in";
    const string Refused = "NO [AUTHENTICATIONFAILED] Authentication failed";
    const string Malformed = "BAD Not a message of this mechanism";

    /// <summary>LOGIN's response, without its tag.</summary>
    public static string Check(ImapCommand command, SandboxAccounts accounts)
    {
        if (command.Arguments is not [{ IsString: true } user, { IsString: true } secret])
            return "BAD LOGIN takes a name and a secret";
        return SecretLogin.IsKnown(accounts, Encoding.UTF8.GetString(user.Octets), secret.Octets) ? Accepted : Refused;
    }

    /// <summary>AUTHENTICATE's response without its tag; empty where a fault has given it; null once the client has hung up or a fault has ended it.</summary>
    public static async ValueTask<string?> RunAsync(ImapConversation conversation, ImapCommand command)
    {
        var options = conversation.Connection.Host.Options;
        if (command.Arguments is not [{ Kind: ImapTokenKind.Atom } mechanism, .. { Count: <= 1 } initial])
            return "BAD AUTHENTICATE takes a mechanism and an initial response";
        if (initial is [not { Kind: ImapTokenKind.Atom }] || (initial.Count == 1 && !options.SaslIr))
            return "BAD No initial response expected";
        using var exchange = options.OfferAuth ? LoginExchange.Create(Encoding.ASCII.GetString(mechanism.Octets), options) : null;
        if (exchange is null)
            return "NO [CANNOT] Mechanism not offered";

        // "=" is an initial response that is empty.
        var hasResponse = initial.Count == 1;
        var response = Array.Empty<byte>();
        if (hasResponse && !initial[0].Octets.AsSpan().SequenceEqual("="u8) && !TryDecode(initial[0].Octets, out response))
            return Malformed;
        while (true)
        {
            var challenge = new ArrayBufferWriter<byte>();
            switch (exchange.Step(response, hasResponse, challenge))
            {
                case LoginStep.Accepted:
                    return Accepted;
                case LoginStep.Refused:
                    return Refused;
                case LoginStep.Malformed:
                    return Malformed;
            }
            await conversation.RespondAsync("+ " + Convert.ToBase64String(challenge.WrittenSpan));
            if (await conversation.Connection.ReadLineAsync(ImapCommandReader.MaxLine) is not { } line)
                return null;
            switch (await conversation.HearAsync(command.Tag, "SASL", "****"))
            {
                case FaultOutcome.Over:
                    return null;
                case FaultOutcome.Answered:
                    return "";
            }
            if (line.Span.SequenceEqual("*"u8))
                return "BAD Authentication cancelled";
            if (!TryDecode(line.Span, out response))
                return Malformed;
            hasResponse = true;
        }
    }

    static bool TryDecode(ReadOnlySpan<byte> text, out byte[] octets)
    {
        octets = new byte[Base64Strict.MaxDecodedLength(text.Length)];
        if (!Base64Strict.TryDecode(text, octets, out var written))
            return false;
        Array.Resize(ref octets, written);
        return true;
    }
}
