namespace Posthouse.Ledger.Gateways;

/// <summary>The two ways of <c>queue.delivery</c>.</summary>
enum Delivery
{
    /// <summary>Stored, then delivered.</summary>
    Queued,

    /// <summary>Offered to the next hop while the client waits; what that leaves is stored.</summary>
    CutThrough,
}
