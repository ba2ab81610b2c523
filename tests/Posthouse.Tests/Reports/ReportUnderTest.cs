using System.Text;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Reports;

/// <summary>A message, what became of its recipients, and the reports on it as another program reads them.</summary>
sealed class ReportUnderTest
{
    const string Letter = "Received: from client.example by gateway.example.org;\r\n\tMon, 23 Nov 2026 08:00:00 +0000\r\nSubject: lunch\r\n\r\nAt noon?\r\n";

    internal MailCommand Mail { get; init; } = new() { ReversePath = Letters.Mailbox("ann@example.org") };
    internal IReadOnlyList<RcptCommand> Recipients { get; init; } = [Letters.Recipient("TO:<bob@example.net>")];
    internal byte[] Body { get; init; } = Encoding.UTF8.GetBytes(Letter);
    internal string? Hop { get; init; } = "lmtp";

    /// <summary>Takes the place of the body.</summary>
    internal IMessageBody? Source { get; init; }

    internal static Outcome Refused(string text = "no such user") => Said(Disposition.Permanent, Blame.Host, new Reply(550, new EnhancedCode(5, 1, 1), text));

    internal static Outcome Taken(Handover handover) => Said(Disposition.Delivered, Blame.None, new Reply(250, new EnhancedCode(2, 0, 0), "ok")) with { Handover = handover };

    /// <summary>In a host's own words.</summary>
    internal static Outcome Said(Disposition disposition, Blame blame, Reply reply) => new(disposition, blame, reply) { HostReply = reply };

    /// <summary>All recipients alike.</summary>
    internal async Task<IReadOnlyList<OwnMessage>> MakeAsync(ReportKind kind, Outcome outcome, bool hasExpired = false, bool isWait = false, bool maybeDelivered = false)
    {
        var envelope = new MessageEnvelope(Mail, Recipients, new MessageOrigin { Listener = "smtp", Received = Letters.Now.AddHours(-1) });
        var desk = new ReportDesk(() => "gateway.example.org", new FakeTimeProvider(Letters.Now));
        return await desk.MakeAsync(new QueuedMessage(new MessageKey(1), envelope, Source ?? new MemoryBody(Body)), Hop,
            Enumerable.Range(0, Recipients.Count).Select(i => new Reportable(i, outcome, kind)
            {
                HasExpired = hasExpired,
                IsWait = isWait,
                MaybeDelivered = maybeDelivered,
                Expires = Letters.Now.AddDays(5),
            }));
    }

    internal async Task<ReadReport> ReadAsync(ReportKind kind, Outcome outcome, bool hasExpired = false, bool isWait = false, bool maybeDelivered = false) =>
        ReadReport.Of(Assert.Single(await MakeAsync(kind, outcome, hasExpired, isWait, maybeDelivered)));
}

/// <summary>A report as MimeKit reads it.</summary>
sealed record ReadReport(OwnMessage Own, MimeMessage Message, string Notice, MessageDeliveryStatus Status, MimeEntity? Original)
{
    internal static ReadReport Of(OwnMessage own)
    {
        using var octets = new MemoryStream(own.Octets);
        var message = MimeMessage.Load(octets, TestContext.Current.CancellationToken);
        var parts = Assert.IsType<MultipartReport>(message.Body);
        Assert.Equal("delivery-status", parts.ReportType);
        Assert.All(Encoding.Latin1.GetString(own.Octets).Split("\r\n"), static line => Assert.InRange(line.Length, 0, 998));
        Assert.DoesNotContain("\n", Encoding.Latin1.GetString(own.Octets).Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return new(own, message, Assert.IsType<TextPart>(parts[0]).Text, Assert.IsType<MessageDeliveryStatus>(parts[1]), parts.Count > 2 ? parts[2] : null);
    }

    /// <summary>A field of a group of the status part: 0 is of the message, 1 of the first recipient.</summary>
    internal string? Field(int group, string name) => Status.StatusGroups[group][name];

    /// <summary>The octets of the third part, decoded.</summary>
    internal byte[] OriginalOctets()
    {
        // As they stand where there is nothing to decode: MimeKit would write headers anew.
        if (Original is not MimePart part)
            return RawOriginal();
        using var octets = new MemoryStream();
        part.Content!.DecodeTo(octets, TestContext.Current.CancellationToken);
        return octets.ToArray();
    }

    byte[] RawOriginal()
    {
        var text = Encoding.Latin1.GetString(Own.Octets);
        var end = text.LastIndexOf("\r\n--", StringComparison.Ordinal);
        var start = text.LastIndexOf("Content-Transfer-Encoding:", end, StringComparison.Ordinal);
        start = text.IndexOf("\r\n\r\n", start, StringComparison.Ordinal) + 4;
        return Own.Octets[start..end];
    }
}
