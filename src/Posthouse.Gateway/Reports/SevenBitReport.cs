using System.Buffers;
using System.Text;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Reports;

/// <summary>
/// A report that returned an 8-bit message whole, as it may go to a sender whose host takes 7 bits only: with that message's header
/// section instead (RFC 3461 section 4.3 lets it be). Without it the sender would hear nothing, since nobody is told of a report.
/// </summary>
static class SevenBitReport
{
    /// <summary>What takes the place of a report that failed for its 8 bits; null where it is none of ours, or failed for something else.</summary>
    internal static async ValueTask<OwnMessage?> InPlaceOfAsync(QueuedMessage message, IEnumerable<Reportable> news)
    {
        var (mail, recipients, origin) = message.Envelope;
        var isOwn = mail is { ReversePath: null, Body: BodyKind.EightBit, SmtpUtf8: false } && origin is { RemoteIp: null, Listener: "" };
        if (!isOwn || !news.Any(static one => one is { Kind: ReportKind.Failed, HasExpired: false, Outcome.Reply.Enhanced: { Subject: 6, Detail: 1 } }))
            return null;
        var octets = await ReadAsync(message.Body);
        return octets is not null && Reduce(octets) is { } reduced
            ? new OwnMessage(new MessageEnvelope(mail with { Body = BodyKind.SevenBit }, recipients, origin), reduced)
            : null;
    }

    /// <summary>Null where the store has lost it.</summary>
    static async ValueTask<byte[]?> ReadAsync(IMessageBody body)
    {
        try
        {
            var octets = new ArrayBufferWriter<byte>((int)body.Length);
            await foreach (var piece in body.ReadAsync(CancellationToken.None))
                octets.Write(piece.Span);
            return octets.WrittenSpan.ToArray();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }

    static byte[]? Reduce(ReadOnlySpan<byte> report)
    {
        if (Between(report, "boundary=\""u8, "\""u8) is not { IsEmpty: false } boundary)
            return null;
        byte[] delimiter = [.. "--"u8, .. boundary];
        byte[] part = [.. delimiter, .. "\r\n"u8, .. ReportWriter.WholeEightBit];
        var returned = Between(report, part, delimiter);
        if (returned.IsEmpty)
            return null;
        var output = new ArrayBufferWriter<byte>(report.Length);
        output.Write(report[..report.IndexOf(part)]);
        ReportWriter.AppendOriginal(output, Encoding.ASCII.GetString(boundary), OriginalMessage.HeadOf(returned), isUtf8: false);
        output.Write(delimiter);
        output.Write("--\r\n"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Empty also where one of the two is not there.</summary>
    static ReadOnlySpan<byte> Between(ReadOnlySpan<byte> text, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var start = text.IndexOf(before);
        if (start < 0)
            return default;
        text = text[(start + before.Length)..];
        return text[..Math.Max(0, text.IndexOf(after))];
    }
}
