using System.Buffers;
using System.Text;
using Posthouse.Sandbox.Connections;
using Posthouse.Sandbox.Logins;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>AUTH (RFC 4954): one exchange, up to its verdict.</summary>
static class SmtpLogin
{
    /// <summary>The final reply; null once the client has hung up or a fault has ended it.</summary>
    public static async ValueTask<Reply?> RunAsync(SmtpConversation conversation, string argument)
    {
        var words = argument.Split(' ');
        if (words.Length > 2 || words[0].Length == 0)
            return SmtpReplies.BadArgument;
        using var exchange = LoginExchange.Create(words[0], conversation.Connection.Host.Options);
        if (exchange is null)
            return SmtpReplies.NoMechanism;

        // "=" is an initial response that is empty.
        var hasResponse = words.Length == 2;
        var response = Array.Empty<byte>();
        if (hasResponse && words[1] != "=" && !TryDecode(Encoding.ASCII.GetBytes(words[1]), out response))
            return SmtpReplies.LoginMalformed;
        while (true)
        {
            var challenge = new ArrayBufferWriter<byte>();
            switch (exchange.Step(response, hasResponse, challenge))
            {
                case LoginStep.Accepted:
                    return SmtpReplies.LoggedIn;
                case LoginStep.Refused:
                    return SmtpReplies.LoginRefused;
                case LoginStep.Malformed:
                    return SmtpReplies.LoginMalformed;
            }
            await conversation.ReplyAsync(new Reply(334, null, Convert.ToBase64String(challenge.WrittenSpan)));
            if (await conversation.ReadLineAsync() is not { } line)
                return null;
            var outcome = await conversation.HearAsync("SASL", line.Span, masked: "****");
            if (outcome != FaultOutcome.None)
                return outcome == FaultOutcome.Over ? null : Answered;
            if (line.Span.SequenceEqual("*"u8))
                return SmtpReplies.LoginCancelled;
            if (!TryDecode(line.Span, out response))
                return SmtpReplies.LoginMalformed;
            hasResponse = true;
        }
    }

    /// <summary>Stands for: a fault has given the reply already.</summary>
    public static Reply Answered { get; } = new(200, null, "");

    static bool TryDecode(ReadOnlySpan<byte> text, out byte[] octets)
    {
        octets = new byte[Base64Strict.MaxDecodedLength(text.Length)];
        if (!Base64Strict.TryDecode(text, octets, out var written))
            return false;
        Array.Resize(ref octets, written);
        return true;
    }
}
