using Posthouse.Remotes.Answers;

namespace Posthouse.Tests.Remotes.Dialling;

public class EndpointChoiceTests
{
    [Fact]
    public async Task Connections_are_spread_in_the_definitions_order()
    {
        var endpoints = new ChosenEndpoints("a", "b", "c");
        for (var i = 0; i < 5; i++)
            await endpoints.ReachAsync();
        Assert.Equal("a b c a b", endpoints.Tried);
    }

    [Fact]
    public async Task The_endpoint_with_the_fewest_open_connections_is_next()
    {
        var endpoints = new ChosenEndpoints("a", "b", "c");
        await endpoints.ReachAsync();
        var atB = await endpoints.ReachAsync();
        await endpoints.ReachAsync();

        await atB.Stream.DisposeAsync();
        await atB.Stream.DisposeAsync();
        Assert.Equal("a b c", endpoints.Tried);

        await endpoints.ReachAsync();
        await endpoints.ReachAsync();
        Assert.Equal("b a", endpoints.Tried);
    }

    [Fact]
    public async Task A_connect_under_way_counts_as_a_connection()
    {
        var gate = new TaskCompletionSource();
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = (name, _) => name == "a" ? gate.Task : Task.CompletedTask };
        var atA = endpoints.ReachAsync();
        Assert.Equal("b", (await endpoints.ReachAsync()).Attempt.Endpoint.Host);
        gate.SetResult();
        Assert.Equal("a", (await atA).Attempt.Endpoint.Host);
    }

    [Fact]
    public async Task An_endpoint_that_fails_is_passed_over_and_does_not_draw_what_comes_after()
    {
        var endpoints = new ChosenEndpoints("a", "b", "c") { OnDial = FailAt("a") };

        Assert.Equal("b", (await endpoints.ReachAsync()).Attempt.Endpoint.Host);
        Assert.Equal("a b", endpoints.Tried);

        // It has no connection and the others have some, yet it is not next.
        for (var i = 0; i < 5; i++)
            await endpoints.ReachAsync();
        Assert.Equal("c b c b c", endpoints.Tried);
    }

    [Fact]
    public async Task After_the_cooldown_one_connect_finds_out_whether_it_works_again()
    {
        var gate = new TaskCompletionSource();
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = FailAt("a") };
        await endpoints.ReachAsync();
        Assert.Equal("a b", endpoints.Tried);
        endpoints.Time.Advance(endpoints.Options.Breaker.Cooldown - TimeSpan.FromTicks(1));
        await endpoints.ReachAsync();
        Assert.Equal("b", endpoints.Tried);

        endpoints.Time.Advance(TimeSpan.FromTicks(1));
        endpoints.OnDial = (name, _) => name == "a" ? gate.Task : Task.CompletedTask;
        var trial = endpoints.ReachAsync();
        await endpoints.ReachAsync();
        Assert.Equal("a b", endpoints.Tried);

        gate.SetResult();
        await trial;
        await endpoints.ReachAsync();
        Assert.Equal("a", endpoints.Tried);
    }

    [Fact]
    public async Task A_dead_endpoint_among_several_is_told_of_once_and_so_is_its_return()
    {
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = FailAt("a") };
        for (var i = 0; i < 3; i++)
        {
            await endpoints.ReachAsync();
            endpoints.Time.Advance(endpoints.Options.Breaker.Cooldown);
        }
        endpoints.OnDial = null;
        for (var i = 0; i < 3; i++)
            await endpoints.ReachAsync();

        Assert.Equal(
            ["Remote box: endpoint a:25 failed, the others are tried first from now on: connect: refused", "Remote box: endpoint a:25 works again"],
            endpoints.Log.Lines.Select(line => line.Text.Trim()));
    }

    [Fact]
    public async Task The_only_endpoint_is_told_of_by_those_whom_it_costs_an_answer()
    {
        var endpoints = new ChosenEndpoints("a") { OnDial = FailAt("a") };
        await Assert.ThrowsAsync<HostUnavailableException>(() => endpoints.ReachAsync());
        endpoints.OnDial = null;
        await endpoints.ReachAsync();
        Assert.Empty(endpoints.Log.Lines);
    }

    [Fact]
    public async Task An_endpoint_that_failed_is_still_tried_where_all_others_fail()
    {
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = FailAt("a") };
        await endpoints.ReachAsync();
        endpoints.OnDial = FailAt("b");
        _ = endpoints.Tried;

        Assert.Equal("a", (await endpoints.ReachAsync()).Attempt.Endpoint.Host);
        Assert.Equal("b a", endpoints.Tried);
    }

    [Fact]
    public async Task What_fails_after_the_dial_passes_over_too_and_closes_the_line()
    {
        var endpoints = new ChosenEndpoints("a", "b");
        Stream? failed = null;

        var line = await endpoints.ReachAsync(line =>
        {
            if (line.Attempt.Endpoint.Host != "a")
                return Task.FromResult(line);
            failed = line.Stream;
            throw new HostUnavailableException("greeting: 554 no");
        });

        Assert.Equal("b", line.Attempt.Endpoint.Host);
        Assert.Throws<ObjectDisposedException>(() => failed!.ReadByte());
    }

    static Func<string, CancellationToken, Task> FailAt(string failing) =>
        (name, _) => name == failing ? throw new HostUnavailableException("connect: refused") : Task.CompletedTask;
}
