using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Delivery;

/// <summary>An operator who waits for as long as the test does, and has senders told unless a test says otherwise.</summary>
static class OperatorsWords
{
    internal static Task<QueueAnswer> ActAsync(this IQueueControl control, string id, QueueAction action, bool withReport = true) =>
        control.ActAsync(id, action, withReport, TestContext.Current.CancellationToken);

    internal static Task<QueueActionCounts> ActOnAllAsync(this IQueueControl control, string? hop, QueueAction action, bool withReport = true) =>
        control.ActOnAllAsync(hop, action, withReport, TestContext.Current.CancellationToken);
}
