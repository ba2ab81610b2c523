using System.Net;
using System.Text;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Queue;

/// <summary>Messages to queue.</summary>
static class Letters
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    internal static MessageEnvelope Envelope(params string[] recipients) => new(
        new MailCommand { ReversePath = Mailbox("ann@example.org") },
        [.. recipients.Select(recipient => new RcptCommand { Mailbox = Mailbox(recipient) })],
        new MessageOrigin { Listener = "smtp", RemoteIp = IPAddress.Loopback, HeloDomain = "client.example", Received = Now });

    internal static Mailbox Mailbox(string text)
    {
        Assert.True(Posthouse.Wire.Addresses.Mailbox.TryParse(text, out var mailbox));
        return mailbox;
    }

    internal static RcptCommand Recipient(string argument)
    {
        Assert.True(RcptCommand.TryParse(Encoding.UTF8.GetBytes(argument), EnvelopeExtensions.Dsn | EnvelopeExtensions.SmtpUtf8, true, out var command, out _));
        return command;
    }

    internal static byte[] Body(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        return body;
    }

    internal static async Task<IntakeResult> CommitAsync(this IMessageIntake intake, byte[] body, MessageEnvelope envelope)
    {
        await using var message = intake.Begin();
        await message.WriteAsync(body, TestContext.Current.CancellationToken);
        return await message.CommitAsync(envelope);
    }

    internal static async Task<byte[]> OctetsAsync(this IMessageBody body)
    {
        using var octets = new MemoryStream();
        await foreach (var piece in body.ReadAsync(TestContext.Current.CancellationToken))
            octets.Write(piece.Span);
        Assert.Equal(body.Length, octets.Length);
        return octets.ToArray();
    }
}
