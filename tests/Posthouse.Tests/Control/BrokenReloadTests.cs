using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;

namespace Posthouse.Tests.Control;

/// <summary>A bug that a reload meets must not cost the mail.</summary>
public sealed class BrokenReloadTests : IAsyncDisposable
{
    readonly GatewayFolder _site = new();
    readonly FakeTimeProvider _time = new();
    readonly EventCounts _log = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_refused_with_a_word_and_the_gateway_serves_on(bool isWatched)
    {
        var isBroken = false;
        await _site.Host.StartAsync(Token);
        await _site.StartAsync(_site.Text(server: "watch = true"), new GatewayServices
        {
            Loggers = _log,
            Time = _time,
            Load = (path, memberships) => isBroken ? throw new NotSupportedException("a kind of key") : ConfigLoader.Load(path, memberships),
        });
        isBroken = true;
        if (isWatched)
        {
            await _site.WriteAsync(_site.Text("two, and longer", server: "watch = true"));
            for (var i = 0; i < 2; i++)
                _time.Advance(ConfigWatch.Interval);
            await _site.Gateway.Watching.Running.WaitAsync(Token);
            Assert.Equal(1, _log.Count("ReloadRefused"));
        }
        else
        {
            var result = await _site.ReloadAsync(_site.Text("two"));
            Assert.Equal((false, "a bug of the gateway: a kind of key"), (result.IsApplied, result.Refusal));
        }
        Assert.Equal(1, _log.Count("ReloadBroke"));
        Assert.Equal("one", await _site.GreetingAsync());

        isBroken = false;
        Assert.True((await _site.ReloadAsync(_site.Text("three"))).IsApplied);
        Assert.Equal("three", await _site.GreetingAsync());
    }
}
