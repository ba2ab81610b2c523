using System.Globalization;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Relaying;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Addresses;

namespace Posthouse.Tests.Delivery;

/// <summary>Who shares a hop with others as one.</summary>
public sealed class FairnessTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Theory]
    [InlineData("bounce-{0}@news.example", "", "joe@y.example", "")]
    [InlineData("bounce-{0}@NEWS.example", "", "joe@y.example", "")]
    [InlineData("bounce-{0}@news.example", "", null, "")]
    [InlineData("ann@x.example", "ann", "joe@x.example", "joe")]
    [InlineData("ann-{0}@x.example", "ann", "joe@x.example", "")]
    public async Task One_who_sends_much_is_passed_by_one_who_sends_little(string many, string manyLogin, string? one, string oneLogin)
    {
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        _delivery.Start();
        for (var i = 0; i < 20; i++)
            Commit(string.Format(CultureInfo.InvariantCulture, many, i), manyLogin);
        Commit(one, oneLogin);
        await hop.NextAsync();
        // Taken up behind all of them, so that they wait by now.
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        hop.Hold.SetResult();
        // The first of the many may have gone before the others came.
        Mailbox?[] next = [(await hop.NextAsync()).Mail.ReversePath, (await hop.NextAsync()).Mail.ReversePath];
        Assert.Contains(one, next.Select(static sender => sender?.ToString()));
    }

    void Commit(string? sender, string login)
    {
        var envelope = Letters.Envelope("bob@a.example");
        _delivery.Store.Commit(envelope with
        {
            Mail = envelope.Mail with { ReversePath = sender is null ? null : Letters.Mailbox(sender) },
            Origin = envelope.Origin with { AuthenticatedAs = login },
        });
    }
}
