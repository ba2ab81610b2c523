using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Probing;
using Posthouse.Sandbox;
using Posthouse.Tests.Remotes.Tls;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes.Probing;

public sealed class ProbeTests : IDisposable
{
    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Every_step_of_a_connection_is_told_with_what_it_brought()
    {
        var certificate = _authority.Issue("box", ["127.0.0.1"]);
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Auth = new RemoteAuthOptions("relay", "mule"), Tls = new RemoteTlsOptions { Implicit = false, Authorities = _authority.Trusted } },
            options => options with { Tls = SandboxTls.StartTls, Certificate = certificate });

        var report = await box.Host.ProbeAsync(SandboxedHost.Token);

        Assert.True(report.IsWell);
        var endpoint = Assert.Single(report.Endpoints);
        Assert.Equal(
            [ConnectStep.Resolve, ConnectStep.Connect, ConnectStep.Greeting, ConnectStep.Hello, ConnectStep.Tls, ConnectStep.Hello, ConnectStep.Login],
            endpoint.Steps.Select(step => step.Step));
        Assert.All(endpoint.Steps, step => Assert.True(step.Elapsed >= TimeSpan.Zero));
        Assert.Equal("127.0.0.1", Fact(endpoint, 0, "address"));
        Assert.Equal($"127.0.0.1 port {box.Server.Port}", Fact(endpoint, 1, "peer"));
        Assert.StartsWith("220 sandbox.test", Fact(endpoint, 2, "greeting"), StringComparison.Ordinal);
        Assert.Empty(endpoint.Steps[3].Facts);
        Assert.StartsWith("Tls1", Fact(endpoint, 4, "cipher"), StringComparison.Ordinal);
        Assert.Equal(["CN=box", "CN=Test authority"], endpoint.Steps[4].Facts.Where(fact => fact.Name == "subject").Select(fact => fact.Value));
        Assert.Equal("127.0.0.1", Fact(endpoint, 4, "name"));
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), endpoint.CertificateExpiry!.Value.UtcDateTime);
        Assert.Contains(endpoint.Steps[5].Facts, fact => fact == new ProbeFact("keyword", "PIPELINING"));
        Assert.DoesNotContain(endpoint.Steps[5].Facts, fact => fact.Value == "STARTTLS");
        Assert.Equal(("relay", "SCRAM-SHA-256"), (Fact(endpoint, 6, "user"), Fact(endpoint, 6, "mechanism")));
    }

    [Fact]
    public async Task An_IMAP_host_has_no_login_of_ours()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap,
            options => options with { Tls = new RemoteTlsOptions { Authorities = _authority.Trusted } },
            options => options with { Tls = SandboxTls.Implicit, Certificate = _authority.Issue("box", ["127.0.0.1"]) });

        var endpoint = Assert.Single((await box.Host.ProbeAsync(SandboxedHost.Token)).Endpoints);

        Assert.Equal([ConnectStep.Resolve, ConnectStep.Connect, ConnectStep.Tls, ConnectStep.Greeting, ConnectStep.Hello], endpoint.Steps.Select(step => step.Step));
        Assert.Contains(endpoint.Steps[4].Facts, fact => fact == new ProbeFact("keyword", "IMAP4rev1"));
    }

    [Fact]
    public async Task A_certificate_that_is_refused_is_shown_all_the_same()
    {
        var certificate = _authority.Issue("box", ["mail.example"]);
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Tls = new RemoteTlsOptions { Authorities = _authority.Trusted } },
            options => options with { Tls = SandboxTls.Implicit, Certificate = certificate });

        var endpoint = Assert.Single((await box.Host.ProbeAsync(SandboxedHost.Token)).Endpoints);

        AssertFailsAt(endpoint, ConnectStep.Tls, "the certificate is for mail.example");
        Assert.Equal("mail.example", Fact(endpoint, 2, "name"));
        Assert.NotNull(endpoint.CertificateExpiry);
    }

    [Fact]
    public async Task A_probe_ends_at_the_first_step_that_fails()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Auth = new RemoteAuthOptions("relay", "wrong") });
        AssertFailsAt(await ProbeAsync(box), ConnectStep.Login, "remote.box.auth");
        box.Server.Faults.GreetingReply = new Reply(554, null, "go away");
        AssertFailsAt(await ProbeAsync(box), ConnectStep.Greeting, "554 go away");
        await box.Server.StopAsync();
        AssertFailsAt(await ProbeAsync(box), ConnectStep.Connect, "Connection refused");
        await using var nowhere = new RemoteHost(box.Host.Options with { Address = new string('a', 255) });
        AssertFailsAt(Assert.Single((await nowhere.ProbeAsync(SandboxedHost.Token)).Endpoints), ConnectStep.Resolve, "resolve: ");
    }

    [Fact]
    public async Task Each_endpoint_is_tried_whatever_becomes_of_the_others()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp,
            options => options with { Address = [RemoteEndpoint.Unix("/nowhere/lmtp"), RemoteEndpoint.Tcp("127.0.0.1")] });

        var report = await box.Host.ProbeAsync(SandboxedHost.Token);

        Assert.False(report.IsWell);
        AssertFailsAt(report.Endpoints[0], ConnectStep.Connect, "connect: ");
        Assert.True(report.Endpoints[1].IsWell);
    }

    [Fact]
    public async Task A_probe_leaves_the_pool_alone_and_nothing_open()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 1 });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);

        Assert.True((await box.Host.ProbeAsync(SandboxedHost.Token)).IsWell);

        Assert.Equal((1, 1), (box.Host.Snapshot().Opened, box.Host.Snapshot().Idle));
        await box.Journal.WaitAsync(() => box.Journal.OpenConnections == 1, SandboxedHost.Token);
        Assert.Equal((2, 1), (box.Journal.Connections, box.Journal.Count("QUIT")));
    }

    [Fact]
    public async Task A_silent_host_costs_the_timeout_and_no_more()
    {
        var time = new FakeTimeProvider();
        var dialler = new ScriptedDialler(peer => peer.ExpectCloseAsync());
        await using var host = dialler.Host(time: time);
        var probed = host.ProbeAsync(SandboxedHost.Token);
        while (dialler.Dialled < 1)
            await Task.Yield();

        time.Advance(TimeSpan.FromSeconds(60));

        var endpoint = Assert.Single((await probed).Endpoints);
        AssertFailsAt(endpoint, ConnectStep.Greeting, "greeting: nothing came of it within remote.box.timeout (60s); remote.box.tls.implicit is false");
        Assert.Equal(TimeSpan.FromSeconds(60), endpoint.Steps[^1].Elapsed);
    }

    [Fact]
    public async Task A_cancelled_probe_throws()
    {
        var dialler = new ScriptedDialler(peer => peer.ExpectCloseAsync());
        await using var host = dialler.Host();
        using var caller = new CancellationTokenSource();
        var probed = host.ProbeAsync(caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probed);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task Who_asks_while_a_probe_runs_shares_its_report_and_is_left_it()
    {
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var dialler = new ScriptedDialler(
            async peer =>
            {
                begun.SetResult();
                await gate.Task;
                await peer.GreetAsync();
                await peer.FarewellAsync();
            },
            async peer =>
            {
                await peer.GreetAsync();
                await peer.FarewellAsync();
            });
        await using var host = dialler.Host();
        using var leaving = new CancellationTokenSource();
        var left = host.ProbeAsync(leaving.Token);
        await begun.Task.WaitAsync(SandboxedHost.Token);
        var shared = Enumerable.Range(0, 20).Select(_ => host.ProbeAsync(SandboxedHost.Token)).ToArray();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        gate.SetResult();
        var reports = await Task.WhenAll(shared);

        Assert.True(reports[0].IsWell);
        Assert.All(reports, report => Assert.Same(reports[0], report));
        Assert.Equal(1, dialler.Dialled);
        Assert.NotSame(reports[0], await host.ProbeAsync(SandboxedHost.Token));
        await dialler.PlayedAsync();
    }

    static async Task<EndpointProbe> ProbeAsync(SandboxedHost box) => Assert.Single((await box.Host.ProbeAsync(SandboxedHost.Token)).Endpoints);

    static string Fact(EndpointProbe endpoint, int step, string name) => endpoint.Steps[step].Facts.First(fact => fact.Name == name).Value;

    static void AssertFailsAt(EndpointProbe endpoint, ConnectStep step, string failure)
    {
        Assert.False(endpoint.IsWell);
        Assert.Equal(step, endpoint.Steps[^1].Step);
        Assert.Contains(failure, endpoint.Steps[^1].Failure, StringComparison.Ordinal);
        Assert.All(endpoint.Steps.SkipLast(1), before => Assert.Null(before.Failure));
    }
}
