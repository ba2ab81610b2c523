using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Reports;

/// <summary>What a report tells; each report tells one of these.</summary>
enum ReportKind
{
    /// <summary>It will not be tried again.</summary>
    Failed,

    /// <summary>Not yet delivered, and still tried.</summary>
    Delayed,

    /// <summary>Delivered, or handed to a host that will not tell of it.</summary>
    Delivered,
}

static class ReportKinds
{
    /// <summary>Whether the sender wants to hear this of a recipient. Where nothing was said, of failures and delays (RFC 3461 section 4.1).</summary>
    internal static bool IsWanted(this ReportKind kind, RcptCommand recipient) => kind switch
    {
        ReportKind.Failed => recipient.Notify == DsnNotify.Unspecified || recipient.Notify.HasFlag(DsnNotify.Failure),
        ReportKind.Delayed => recipient.Notify == DsnNotify.Unspecified || recipient.Notify.HasFlag(DsnNotify.Delay),
        _ => recipient.Notify.HasFlag(DsnNotify.Success),
    };
}
