using System.Globalization;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Probing;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse check --live</c>: one connection to each endpoint of each remote, and what came of it.</summary>
static class LiveCheck
{
    /// <summary>All hosts at once, written in their order; false where one is not ready to be asked.</summary>
    public static async Task<bool> RunAsync(IEnumerable<RemoteHostOptions> remotes, TextWriter output, CancellationToken cancellationToken)
    {
        await using var hosts = new RemoteHostRegistry(remotes);
        var reports = await Task.WhenAll(hosts.Hosts.Select(host => host.ProbeAsync(cancellationToken)));
        foreach (var report in reports)
            foreach (var endpoint in report.Endpoints)
                Write(report.Id, endpoint, output);
        return reports.All(report => report.IsWell);
    }

    static void Write(string id, EndpointProbe endpoint, TextWriter output)
    {
        output.WriteLine(PrintableText.Of($"remote {id} at {endpoint.Endpoint}: {(endpoint.IsWell ? "ok" : "failed")}"));
        foreach (var step in endpoint.Steps)
        {
            var elapsed = step.Elapsed.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
            var what = step.Failure ?? string.Join(", ", step.Facts.Select(fact => $"{fact.Name} {fact.Value}"));
            output.WriteLine(PrintableText.Of($"  {step.Step.ToString().ToLowerInvariant(),-8} {elapsed,9} ms  {(step.Failure is null ? "ok" : "failed")}{(what.Length == 0 ? "" : ": " + what)}"));
        }
    }
}
