using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Tests.Remotes.Faults;

namespace Posthouse.Tests.Remotes.Dialling;

/// <summary>The endpoints of a host that is not there: each dial does what the test says, and is noted.</summary>
sealed class ChosenEndpoints : IDialler
{
    readonly Endpoints _endpoints;
    readonly List<string> _tried = [];

    public ChosenEndpoints(params string[] names)
    {
        Options = new RemoteHostOptions
        {
            Id = "box",
            Address = RemoteAddress.Create([.. names.Select(name => RemoteEndpoint.Tcp(name, 25))]),
            Protocol = RemoteProtocol.Smtp,
        };
        _endpoints = new Endpoints(Options, this, Time, Log);
    }

    public RemoteHostOptions Options { get; }

    public FakeTimeProvider Time { get; } = new();

    public KeptLog Log { get; } = new();

    /// <summary>What a dial does in place of success.</summary>
    public Func<string, CancellationToken, Task>? OnDial { get; set; }

    /// <summary>The endpoints tried since last asked, in order.</summary>
    public string Tried
    {
        get
        {
            var tried = string.Join(' ', _tried);
            _tried.Clear();
            return tried;
        }
    }

    public async Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        attempt.Begin(ConnectStep.Connect);
        _tried.Add(attempt.Endpoint.Host);
        if (OnDial is { } onDial)
            await onDial(attempt.Endpoint.Host, cancellationToken);
        return new DialledLine(new MemoryStream(), IsLocal: false, attempt);
    }

    public static Task SilenceAsync(CancellationToken token) => new TaskCompletionSource().Task.WaitAsync(token);

    public Task<DialledLine> ReachAsync() => ReachUntilAsync(SandboxedHost.Token);

    public Task<DialledLine> ReachUntilAsync(CancellationToken deadline) => _endpoints.ReachAsync((line, _) => Task.FromResult(line), Options.Timeout, deadline);

    /// <summary>For a caller who has waited already.</summary>
    public Task<DialledLine> ReachWithinAsync(TimeSpan within) =>
        _endpoints.ReachAsync((line, _) => Task.FromResult(line), within, SandboxedHost.Token);

    public Task<DialledLine> ReachAsync(Func<DialledLine, Task<DialledLine>> establish) =>
        _endpoints.ReachAsync((line, _) => establish(line), Options.Timeout, SandboxedHost.Token);
}
