using Microsoft.AspNetCore.Http;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Gateway.Control;

/// <summary>
/// GET /remotes, and POST /remotes/flush, with <c>?id=</c> for one remote and <c>name=</c> for one address, login or list.
/// </summary>
/// <param name="hosts">What is shown and acted on.</param>
sealed class RemoteRequests(RemoteHostRegistry hosts)
{
    internal Task ListAsync(HttpContext context) => ControlRequests.WriteAsync<IReadOnlyList<RemoteHostSnapshot>>(
        context, [.. hosts.Hosts.Select(host => host.Snapshot())], ControlJson.Default.IReadOnlyListRemoteHostSnapshot);

    internal Task FlushAsync(HttpContext context)
    {
        var query = context.Request.Query;
        IEnumerable<RemoteHost> asked = hosts.Hosts;
        if (query.TryGetValue("id", out var id))
        {
            if (!hosts.TryGet(id.ToString(), out var host))
                return ControlRequests.NotFoundAsync(context);
            asked = [host];
        }
        var answers = asked.Sum(host => query.TryGetValue("name", out var name) ? host.Flush(name.ToString()) : host.Flush());
        return ControlRequests.WriteAsync(context, new RemoteFlushResult(answers), ControlJson.Default.RemoteFlushResult);
    }
}
