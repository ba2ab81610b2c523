using CsCheck;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>Many cases, one after the other, on one host and its sink; after a failure the next case starts on fresh ones.</summary>
static class Played
{
    /// <summary>Cases of every run.</summary>
    public const int Cases = 10_000;

    /// <summary>Cases of the nightly run.</summary>
    public const int NightlyCases = 1_000_000;

    public static async Task SampleAsync<T>(Gen<T> cases, long count, RemoteProtocol protocol, Func<StrictSink> start, Func<T, RemoteHost, StrictSink, Task> play)
    {
        var sink = start();
        var host = sink.Host(protocol);
        await cases.SampleAsync(async one =>
        {
            try
            {
                await play(one, host, sink);
                Assert.Empty(sink.Rest);
            }
            catch
            {
                await host.DisposeAsync();
                sink = start();
                host = sink.Host(protocol);
                throw;
            }
        }, iter: count, threads: 1);
        await host.DisposeAsync();
        Assert.Empty(sink.Rest);
    }
}
