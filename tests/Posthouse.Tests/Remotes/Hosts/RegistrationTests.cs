using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Hosts;

/// <summary>Hosts as a service of a container.</summary>
public class RegistrationTests
{
    static readonly RemoteHostOptions One = new() { Id = "one", Address = "localhost", Protocol = RemoteProtocol.Imap };
    static readonly RemoteHostOptions Two = One with { Id = "two" };

    [Fact]
    public async Task Several_calls_add_up_to_one_registry()
    {
        await using var provider = new ServiceCollection()
            .AddRemoteHosts(One)
            .AddRemoteHosts(provider => [Two with { Address = provider.GetRequiredService<Uri>().Host }])
            .AddSingleton(new Uri("imap://mail.example.org"))
            .BuildServiceProvider(validateScopes: true);

        var registry = provider.GetRequiredService<RemoteHostRegistry>();

        Assert.Equal(["one", "two"], registry.Hosts.Select(host => host.Options.Id));
        Assert.Equal("mail.example.org", registry["two"].Options.Address.ToString());
        await using var scope = provider.CreateAsyncScope();
        Assert.Same(registry, scope.ServiceProvider.GetRequiredService<RemoteHostRegistry>());
    }

    [Fact]
    public async Task A_name_given_twice_is_told()
    {
        await using var provider = new ServiceCollection().AddRemoteHosts(One, Two).AddRemoteHosts(_ => [One]).BuildServiceProvider();

        var fault = Assert.Throws<ArgumentException>(provider.GetRequiredService<RemoteHostRegistry>);

        Assert.StartsWith("Two remote hosts are called 'one'.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_container_disposes_the_hosts()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var provider = new ServiceCollection().AddRemoteHosts(box.Host.Options).BuildServiceProvider();
        var host = provider.GetRequiredService<RemoteHostRegistry>()["box"];
        Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("jane@example.org", SandboxedHost.Token)).Kind);

        await provider.DisposeAsync();

        Assert.Equal(1, box.Journal.Count("QUIT"));
        Assert.Contains("out of service", (await host.VerifyAsync("joe@example.org", SandboxedHost.Token)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_logs_and_meters_come_from_the_container()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var (time, loggers, meters) = (new FakeTimeProvider(), new NamedLoggers(), new OwnMeters());
        await using var provider = new ServiceCollection()
            .AddSingleton<TimeProvider>(time).AddSingleton<ILoggerFactory>(loggers).AddSingleton<IMeterFactory>(meters)
            .AddRemoteHosts(box.Host.Options with { Cache = new RemoteCacheOptions { Positive = TimeSpan.FromHours(1), Refresh = TimeSpan.FromHours(1) } })
            .BuildServiceProvider();
        var host = provider.GetRequiredService<RemoteHostRegistry>()["box"];
        await host.VerifyAsync("jane@example.org", SandboxedHost.Token);
        Assert.Equal(AnswerSource.Cache, (await host.VerifyAsync("jane@example.org", SandboxedHost.Token)).Source);

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(AnswerSource.Host, (await host.VerifyAsync("jane@example.org", SandboxedHost.Token)).Source);
        Assert.Contains("Posthouse.Remotes", loggers.Categories);
        Assert.Contains("Posthouse.Remotes", meters.Names);
    }

    sealed class NamedLoggers : ILoggerFactory
    {
        public List<string> Categories { get; } = [];

        public ILogger CreateLogger(string categoryName)
        {
            Categories.Add(categoryName);
            return Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }

    sealed class OwnMeters : IMeterFactory
    {
        public List<string> Names { get; } = [];

        public Meter Create(MeterOptions options)
        {
            Names.Add(options.Name);
            return new Meter(options);
        }

        public void Dispose()
        {
        }
    }
}
