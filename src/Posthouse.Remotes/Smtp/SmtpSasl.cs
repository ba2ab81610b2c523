using System.Buffers;
using System.Buffers.Text;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Smtp;

/// <summary>One AUTH exchange (RFC 4954 section 4).</summary>
static class SmtpSasl
{
    /// <summary>RFC 5321 section 4.5.3.1.4: a longer initial response waits for the host to ask.</summary>
    const int MaxCommandLine = 512;

    /// <summary>
    /// Runs the exchange to its last reply. A 235 that comes before everything was said, or after the host has begun to refuse, is not
    /// believed: the connection breaks, and so it does after a cancelled exchange.
    /// </summary>
    public static async Task<Reply> RunAsync(SmtpConnection connection, SaslClient client, Allowance allowance)
    {
        var response = new ArrayBufferWriter<byte>(512);
        connection.IsSayingLogin = true;
        try
        {
            var reply = await BeginAsync(connection, client, response, allowance);
            for (var challenges = 0; reply.Code == 334; challenges++)
            {
                if (client.IsSlow)
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                var answered = challenges < SaslChallenge.Most && SaslChallenge.TryAnswer(client, reply.Text, response);
                var written = SmtpCommandWriter.TrySaslResponse(connection.Wire.Output, response.WrittenSpan, cancel: !answered);
                response.Clear();
                reply = Quoted(await connection.CommandAsync(written, "AUTH", allowance));
                if (!answered)
                    throw connection.Wire.Garbled($"AUTH {client.Mechanism}: a challenge that is not one, cancelled: {reply}");
            }
            // What is still in hand is an initial response that waits to be asked for.
            return reply.Code == 235 && (!client.IsComplete || response.WrittenCount > 0)
                ? throw connection.Wire.Garbled($"AUTH {client.Mechanism}: a success before the login was said or after it was refused, not believed: {reply}")
                : reply;
        }
        finally
        {
            connection.IsSayingLogin = false;
            response.Clear();
        }
    }

    static async ValueTask<Reply> BeginAsync(
        SmtpConnection connection, SaslClient client, ArrayBufferWriter<byte> response, Allowance allowance)
    {
        var rides = client.HasInitialResponse && client.TryRespond(default, response)
            && "AUTH  \r\n".Length + client.Mechanism.Length + Base64.GetMaxEncodedToUtf8Length(response.WrittenCount) <= MaxCommandLine;
        var written = SmtpCommandWriter.TryAuth(connection.Wire.Output, client.Mechanism, rides ? response.WrittenSpan : default, rides);
        if (rides)
            response.Clear();
        return Quoted(await connection.CommandAsync(written, "AUTH", allowance));
    }

    /// <summary>
    /// A host that did not understand a line tends to repeat it, and this line may be the secret: only texts that belong to AUTH (RFC 4954
    /// section 6) are read.
    /// </summary>
    public static bool IsQuoted(int code) => code is 235 or 334 or 432 or 454 or 530 or 534 or 535 or 538;

    static Reply Quoted(Reply reply) => IsQuoted(reply.Code) ? reply : new Reply(reply.Code, reply.Enhanced, HostConnection.Withheld);
}
