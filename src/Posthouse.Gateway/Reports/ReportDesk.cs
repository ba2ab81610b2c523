using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Reports;

/// <summary>What became of a recipient in one run, as far as the sender may want to hear of it.</summary>
/// <param name="Ordinal">Its place in the envelope.</param>
/// <param name="Outcome">How the run ended for it.</param>
/// <param name="Kind">What there is to tell.</param>
readonly record struct Reportable(int Ordinal, Outcome Outcome, ReportKind Kind)
{
    /// <summary>It failed because its time was up.</summary>
    internal bool HasExpired { get; init; }

    /// <summary>A host may have it although no reply came, in this run or an earlier one.</summary>
    internal bool MaybeDelivered { get; init; }

    /// <summary>No attempt was made: it has waited, or was cancelled.</summary>
    internal bool IsWait { get; init; }

    /// <summary>Until when it is tried.</summary>
    internal DateTimeOffset Expires { get; init; }
}

/// <summary>Decides who is told what (RFC 3461 sections 4 and 6): one report for each kind of news that a run brought. Nobody is told of a message from nobody; a report of ours that
/// could not go as it is goes as it can.</summary>
sealed class ReportDesk(Func<string> hostName, TimeProvider time)
{
    /// <summary>The reports that are owed for one run; often none. Throws nothing but for a bug.</summary>
    internal async ValueTask<IReadOnlyList<OwnMessage>> MakeAsync(QueuedMessage message, string? hop, IEnumerable<Reportable> news)
    {
        if (message.Envelope.Mail.ReversePath is not { } sender)
            return await SevenBitReport.InPlaceOfAsync(message, news) is { } reduced ? [reduced] : [];
        List<OwnMessage> reports = [];
        var now = time.GetUtcNow();
        foreach (var sort in news.Where(one => IsOwed(message, one)).GroupBy(static one => one.Kind))
        {
            // RET speaks of failures alone (RFC 3461 section 4.3), and what requires TLS is not returned whole (RFC 8689 section 5). A shutdown must not cost the report, and what is read is on this disk.
            var wantsWhole = sort.Key == ReportKind.Failed && message.Envelope.Mail is { Return: DsnReturn.Full, RequireTls: false };
            var original = await OriginalMessage.ReadAsync(message.Body, wantsWhole, CancellationToken.None);
            ReportedRecipient[] recipients = [.. sort.Select(one => Describe(message.Envelope.Recipients[one.Ordinal], hop, one, now))];
            reports.Add(ReportWriter.Write(message, sender, sort.Key, recipients, original, hostName(), now));
        }
        return reports;
    }

    static bool IsOwed(QueuedMessage message, Reportable one) =>
        one.Kind.IsWanted(message.Envelope.Recipients[one.Ordinal])
        && (one.Kind != ReportKind.Delivered || one.Outcome.Handover != Handover.PassedOn);

    static ReportedRecipient Describe(RcptCommand recipient, string? hop, Reportable one, DateTimeOffset now)
    {
        var last = LastWord.Of(one.Outcome, hop, recipient.Mailbox.Domain);
        return new ReportedRecipient(recipient, Action(one), Status(one, last), one.HasExpired ? last with { Words = $"It was kept until its time was up. {last.Words}" } : last)
        {
            // Without a hop nothing was tried.
            LastAttempt = hop is null || one.IsWait ? null : now,
            RetryUntil = one.Kind == ReportKind.Delayed ? one.Expires : null,
            MaybeDelivered = one.Kind == ReportKind.Failed && one.MaybeDelivered,
        };
    }

    static string Action(Reportable one) => one switch
    {
        { Kind: ReportKind.Failed } => "failed",
        { Kind: ReportKind.Delayed } => "delayed",
        { Outcome.Handover: Handover.Final } => ReportedRecipient.Delivered,
        _ => "relayed",
    };

    /// <summary>The last word's own status where it fits the news. One whose time is up has the status of that (RFC 3463 section 3.5).</summary>
    static EnhancedCode Status(Reportable one, LastWord last)
    {
        if (one.HasExpired)
            return new EnhancedCode(4, 4, 7);
        var statusClass = one.Kind switch { ReportKind.Failed => 5, ReportKind.Delayed => 4, _ => 2 };
        return (last.Status ?? default) with { Class = statusClass };
    }
}
