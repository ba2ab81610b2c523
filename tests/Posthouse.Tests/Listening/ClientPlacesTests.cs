using Posthouse.Gateway.Listening;

namespace Posthouse.Tests.Listening;

public sealed class ClientPlacesTests
{
    [Fact]
    public async Task So_many_are_served_a_few_are_turned_away_and_the_others_are_not_accepted_before_one_is_gone()
    {
        using var places = new ClientPlaces(2);
        Assert.Equal([true, true, false], new[] { places.TryEnter(), places.TryEnter(), places.TryEnter() });
        places.Leave();
        Assert.True(places.TryEnter());

        Task waiting;
        var accepted = 0;
        while ((waiting = places.MayAcceptAsync(TestContext.Current.CancellationToken)).IsCompletedSuccessfully)
            accepted++;
        Assert.InRange(accepted, 3, 100);
        places.Gone();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_process_leaves_files_for_the_queue_and_its_hosts() => Assert.InRange(ClientPlaces.OfProcess(), 1, int.MaxValue - 1);
}
