using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Smtp;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes.Dialling;

public class EndpointFailureTests
{
    [Fact]
    public async Task The_failure_of_all_names_each_endpoint_its_port_and_the_setting()
    {
        var endpoints = new ChosenEndpoints("a.example", "b.example") { OnDial = (name, _) => throw new HostUnavailableException($"connect: no {name}") };

        var failure = await Assert.ThrowsAsync<HostUnavailableException>(() => endpoints.ReachAsync());

        Assert.Equal("remote.box.address a.example port 25: connect: no a.example; b.example port 25: connect: no b.example", failure.Message);
    }

    [Fact]
    public async Task However_much_there_is_to_say_the_text_stays_short()
    {
        var endpoints = new ChosenEndpoints("a", "b", "c", "d", "e", "f") { OnDial = (_, _) => throw new HostUnavailableException(new string('x', 100_000)) };

        var failure = await Assert.ThrowsAsync<HostUnavailableException>(() => endpoints.ReachAsync());

        Assert.EndsWith("; and 2 more", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 2800, 3000);
    }

    [Theory]
    [InlineData(Blame.Definition, Blame.Definition, Blame.Definition)]
    [InlineData(Blame.Definition, Blame.Transport, Blame.Transport)]
    [InlineData(Blame.Transport, Blame.Definition, Blame.Transport)]
    public async Task Our_definition_is_to_blame_where_it_is_at_every_endpoint(Blame atA, Blame atB, Blame expected)
    {
        var reply = new Reply(535, null, "no");
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = (name, _) => throw new HostUnavailableException("x", name == "a" ? atA : atB, reply) };

        var failure = await Assert.ThrowsAsync<HostUnavailableException>(() => endpoints.ReachAsync());

        Assert.Equal((expected, reply), (failure.Blame, failure.Reply));
    }

    [Fact]
    public async Task A_silent_endpoint_has_its_share_of_the_timeout_and_no_more()
    {
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = (name, token) => name == "a" ? ChosenEndpoints.SilenceAsync(token) : Task.CompletedTask };
        var reached = endpoints.ReachAsync();

        endpoints.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(reached.IsCompleted);
        endpoints.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("b", (await reached).Attempt.Endpoint.Host);
    }

    [Fact]
    public async Task Who_has_little_patience_left_reaches_the_next_endpoint_within_it()
    {
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = (name, token) => name == "a" ? ChosenEndpoints.SilenceAsync(token) : Task.CompletedTask };
        var reached = endpoints.ReachWithinAsync(TimeSpan.FromSeconds(10));

        endpoints.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("b", (await reached).Attempt.Endpoint.Host);
        // Five seconds were too few to say anything of it.
        endpoints.OnDial = null;
        await endpoints.ReachAsync();
        Assert.Equal("a b a", endpoints.Tried);
    }

    [Fact]
    public async Task What_a_request_waited_for_its_own_connection_is_not_shared_out_again()
    {
        var (said, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var time = new FakeTimeProvider();
        var script = new ScriptedDialler(
            async peer =>
            {
                await peer.LineAsync();
                said.SetResult();
                await gate.Task;
            },
            _ => Task.CompletedTask);
        var dialler = new NotingDialler(script);
        var options = new RemoteHostOptions
        {
            Id = "box",
            Address = "scripted",
            Protocol = RemoteProtocol.Smtp,
            Lookup = true,
            Concurrency = 1,
            ForwardClient = ForwardClient.ProxyV2,
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
        };
        await using var host = new RemoteHost(options, new RemoteHostServices { Dialler = dialler, Time = time });
        var first = LogInAsync("a");
        await said.Task.WaitAsync(SandboxedHost.Token);
        var second = LogInAsync("b");
        await SandboxedHost.UntilAsync(() => host.Snapshot().WaitingLogins == 1);

        time.Advance(TimeSpan.FromSeconds(20));
        gate.SetResult();
        await first;
        await second;

        Assert.Equal([TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(40)], dialler.Within);

        async Task LogInAsync(string secret)
        {
            using var credentials = new Credentials("jane", System.Text.Encoding.ASCII.GetBytes(secret));
            await host.AuthenticateAsync(credentials, SandboxedHost.Token);
        }
    }

    [Fact]
    public async Task What_a_share_left_over_is_the_next_ones()
    {
        var endpoints = new ChosenEndpoints("a", "b", "c");
        await endpoints.ReachAsync();
        endpoints.OnDial = (name, token) => name == "c" ? throw new HostUnavailableException("connect: refused") : ChosenEndpoints.SilenceAsync(token);
        using var deadline = new CancellationTokenSource(endpoints.Options.Timeout, endpoints.Time);
        var reached = endpoints.ReachUntilAsync(deadline.Token);

        // b has a third, c fails at once, and a has the rest.
        endpoints.Time.Advance(TimeSpan.FromSeconds(20));
        while (!endpoints.Tried.EndsWith('a'))
            await Task.Yield();
        endpoints.Time.Advance(TimeSpan.FromSeconds(40));

        var cut = await Assert.ThrowsAsync<OperationCanceledException>(() => reached);
        Assert.Equal(
            "remote.box.address b port 25: connect: nothing within 20s, its share of remote.box.timeout (60s); c port 25: connect: refused; a port 25: connect: nothing came of it in time",
            cut.InnerException!.Message);
    }

    [Fact]
    public async Task A_cancellation_is_no_endpoints_fault()
    {
        var endpoints = new ChosenEndpoints("a", "b") { OnDial = (_, token) => ChosenEndpoints.SilenceAsync(token) };
        using var caller = new CancellationTokenSource();
        var reached = endpoints.ReachUntilAsync(caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => reached);
        endpoints.OnDial = null;
        await endpoints.ReachAsync();
        Assert.Equal("a a", endpoints.Tried);
    }

    [Fact]
    public async Task A_connect_that_the_timeout_ends_says_how_far_it_came()
    {
        var time = new FakeTimeProvider();
        var dialler = new ScriptedDialler(peer => peer.ExpectCloseAsync());
        var host = new RemoteHostOptions { Id = "box", Address = [RemoteEndpoint.Tcp("a.example", 2525)], Protocol = RemoteProtocol.Smtp, Tls = new RemoteTlsOptions { Implicit = false } };
        await using var live = new RemoteHost(host with { Lookup = true }, new RemoteHostServices { Dialler = dialler, Time = time });
        var asked = live.VerifyAsync("a", SandboxedHost.Token).AsTask();

        await SandboxedHost.UntilAsync(() => dialler.Dialled == 1);
        time.Advance(host.Timeout * 0.99);

        Assert.Contains(
            "not established within remote.box.timeout (60s): remote.box.address a.example port 2525: greeting: nothing came of it in time; "
            + "remote.box.tls.implicit is false, and a host that speaks TLS from the first octet waits for us to begin",
            (await asked).Reason, StringComparison.Ordinal);
    }

    /// <summary>Notes how long each try may take.</summary>
    sealed class NotingDialler(IDialler inner) : IDialler
    {
        readonly List<TimeSpan> _within = [];

        public IReadOnlyList<TimeSpan> Within
        {
            get
            {
                lock (_within)
                    return [.. _within];
            }
        }

        public Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
        {
            lock (_within)
                _within.Add(attempt.Within);
            return inner.DialAsync(attempt, cancellationToken);
        }
    }
}
