using Posthouse.Gateway.Delivery;

namespace Posthouse.Tests.Delivery;

public sealed class DomainPlacesTests : IDisposable
{
    readonly SemaphoreSlim _shared = new(10);

    public void Dispose() => _shared.Dispose();

    [Fact]
    public void While_places_are_plenty_a_domain_has_as_many_as_it_wants()
    {
        var domain = new DomainPlaces(_shared, 5);
        Assert.All(Enumerable.Range(0, 6), _ => Assert.True(Enter(domain).IsCompletedSuccessfully));
        Assert.False(Enter(domain).IsCompleted);
    }

    [Fact]
    public async Task Once_they_are_not_it_has_one_at_a_time_until_it_has_answered()
    {
        Take(6);
        var domain = new DomainPlaces(_shared, 5);
        await Enter(domain);
        Task[] others = [Enter(domain), Enter(domain), Enter(domain)];
        Assert.DoesNotContain(others, static other => other.IsCompleted);
        domain.Heard(hasAnswered: false);
        domain.Leave();
        await others[0];
        Assert.False(others[1].IsCompleted);
        domain.Heard(hasAnswered: true);
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task One_that_answers_no_more_has_one_again()
    {
        Take(6);
        var domain = new DomainPlaces(_shared, 5);
        await Enter(domain);
        domain.Heard(hasAnswered: true);
        await Enter(domain);
        domain.Heard(hasAnswered: false);
        var third = Enter(domain);
        domain.Leave();
        Assert.False(third.IsCompleted);
        domain.Leave();
        await third;
    }

    [Fact]
    public async Task Another_domain_that_was_not_heard_yet_is_not_kept_out()
    {
        Take(6);
        await Enter(new DomainPlaces(_shared, 5));
        await Enter(new DomainPlaces(_shared, 5));
    }

    [Fact]
    public async Task Who_waits_leaves_at_a_stop()
    {
        Take(6);
        var domain = new DomainPlaces(_shared, 5);
        await Enter(domain);
        using var stop = new CancellationTokenSource();
        var second = domain.EnterAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    static Task Enter(DomainPlaces domain) => domain.EnterAsync(TestContext.Current.CancellationToken);

    void Take(int places)
    {
        for (var i = 0; i < places; i++)
            _shared.Wait();
    }
}
