using System.Globalization;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Pooling;

/// <summary>The answer to who comes when as many wait as may: waiting longer would only take memory.</summary>
static class LineFull
{
    public static HostBusyException Of(RemoteHostOptions host, RequestClass requestClass) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"too many wait: {host.MostWaiting} requests ({requestClass.Name()}) wait for a connection already; {host.Name("concurrency")} is {host.Concurrency}"),
        isLineFull: true);
}
